/** Everything that pages keep in a browser: choices of how they look, and of which account they are. The inventory of src/inventory.ts has each. */
export const KEPT = ['farebox.account', 'farebox.language', 'farebox.theme'] as const
export type Keep = (typeof KEPT)[number]

/** What was kept; undefined without it, and where a browser keeps nothing. */
export function readKept(name: Keep): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined
  } catch {
    return undefined
  }
}

/** Keeps a choice, or forgets it; false where a browser keeps nothing, which shows pages as it would anyway. */
export function writeKept(name: Keep, value: string | undefined): boolean {
  try {
    if (value === undefined) localStorage.removeItem(name)
    else localStorage.setItem(name, value)
    return true
  } catch {
    return false
  }
}
