type Dated = { readonly effectiveAt: number; readonly isSignificant: boolean }

/** What holds at a time; before the first one takes effect, the first one with what was changed of it that nobody had to be told. */
export function inForceAt<T extends Dated>(versions: readonly T[], now: number): T | undefined {
  const heavy = versions.findIndex(({ isSignificant }, index) => index > 0 && isSignificant)
  return versions.findLast(({ effectiveAt }) => effectiveAt <= now) ?? (heavy === -1 ? versions : versions.slice(0, heavy)).at(-1)
}
