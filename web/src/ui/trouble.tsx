/** What went wrong, where it did. */
export function Trouble({ words }: { readonly words: string | null }) {
  if (words === null) return null;
  return (
    <p class="trouble" role="alert">
      {words}
    </p>
  );
}
