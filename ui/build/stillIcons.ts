import type { Plugin } from "vite";

/** A component of Lucide: `ellipsis.svelte`, and not the `Icon.svelte` that all of them call. */
const ICON = /@lucide\/svelte\/dist\/icons\/([\w-]+)\.svelte$/;
const SHAPES = /"node": (\[\[.+?\]\])(?:, "aliases"| \};)/;

type Shape = [tag: string, attributes: Record<string, string>];

/** Makes each icon a picture that is copied as a whole, drawn as the class `icon` says. As Lucide has it, an icon puts
 * itself together from a list of shapes each time it is drawn, which takes longer than the row around it. */
export function stillIcons(): Plugin {
  return {
    name: "still-icons",
    enforce: "pre",
    transform(code, id) {
      const name = ICON.exec(id)?.[1];
      if (name === undefined) return null;
      const list = SHAPES.exec(code)?.[1];
      if (list === undefined) throw new Error(`the icon ${name} is not written as the others are`);
      return { code: component(name, JSON.parse(list) as Shape[]), map: null };
    },
  };
}

function component(name: string, shapes: Shape[]): string {
  const inside = shapes.map(([tag, attributes]) => `<${tag}${written(attributes)} />`).join("");
  return `<script>
  let { class: kind } = $props();
</script>
<svg class="lucide-${name} ${"{kind}"}" viewBox="0 0 24 24" aria-hidden="true">${inside}</svg>
`;
}

function written(attributes: Record<string, string>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join("");
}
