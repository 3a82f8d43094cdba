/** Tags as somebody types them: between commas, with or without "#", each once. */
export function parseTags(text: string): string[] {
  const tags = text
    .split(",")
    .map((tag) => tag.trim().replace(/^#+/, "").trim())
    .filter(Boolean);
  return [...new Set(tags)];
}
