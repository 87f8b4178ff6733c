/** Everything that pages keep in a browser: choices of how they look, and of which account they are. The inventory of src/inventory.ts has each. */
export const KEPT = ['farebox.account', 'farebox.language', 'farebox.theme'] as const
export type Keep = (typeof KEPT)[number]

/** What a tab keeps while it is away at an issuer, and forgets when it is back; it goes with the tab. */
export const KEPT_IN_TAB = ['farebox.errand'] as const
export type KeepInTab = (typeof KEPT_IN_TAB)[number]

/** What was kept; undefined without it, and where a browser keeps nothing. */
export const readKept = (name: Keep): string | undefined => read(() => localStorage, name)

/** Keeps a choice, or forgets it; false where a browser keeps nothing, which shows pages as it would anyway. */
export const writeKept = (name: Keep, value: string | undefined): boolean => write(() => localStorage, name, value)

/** What this tab kept; undefined without it. */
export const readTab = (name: KeepInTab): string | undefined => read(() => sessionStorage, name)

/** Keeps something in this tab, or forgets it; false where a browser keeps nothing. */
export const writeTab = (name: KeepInTab, value: string | undefined): boolean => write(() => sessionStorage, name, value)

function read(place: () => Storage, name: string): string | undefined {
  try {
    return place().getItem(name) ?? undefined
  } catch {
    return undefined
  }
}

function write(place: () => Storage, name: string, value: string | undefined): boolean {
  try {
    if (value === undefined) place().removeItem(name)
    else place().setItem(name, value)
    return true
  } catch {
    return false
  }
}
