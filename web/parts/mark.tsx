import { readBrand } from '../lib/brand.ts'

/** The logo of the house, beside its name; a stub of a ticket where it has none. */
export function Mark() {
  const { logo } = readBrand()
  return logo === undefined ? <span className="stub" aria-hidden="true" /> : <img src={logo} alt="" />
}
