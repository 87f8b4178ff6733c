/** What an app is called where its page says nothing of the house. */
const OURS = 'Farebox'

/** Whose service an app is of: a name, and the address of a logo where the house has one. */
export type Brand = { readonly name: string; readonly logo: string | undefined }

/** Whose service this app is of, as the server wrote it into the page. */
export function readBrand(): Brand {
  const { brand = OURS, logo } = document.documentElement.dataset
  return { name: brand, logo }
}

/** A title as browsers show it: with the name of the house, where the page says one. */
export function titleOf(title: string): string {
  const { brand } = document.documentElement.dataset
  return brand === undefined ? title : `${title} · ${brand}`
}
