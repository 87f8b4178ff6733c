/**
 * What a code is called. One that is not among the names, as a server that is newer than its page can tell, is shown as it is; so each `names` is made
 * with a type that wants all codes.
 */
export const codeName = (names: Readonly<Record<string, string>>, code: string): string =>
  Object.hasOwn(names, code) ? (names[code] ?? code) : code
