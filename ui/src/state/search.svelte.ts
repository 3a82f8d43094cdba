/** The search field of the top bar, for the keys that lead to it. */
class Search {
  input = $state.raw<HTMLInputElement | null>(null);

  focus(): void {
    this.input?.focus();
    this.input?.select();
  }
}

export const search = new Search();
