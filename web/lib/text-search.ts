/** What an address says behind its question mark, read and written as texts: nothing that looks like a number is made into another. */
export const TEXT_SEARCH = {
  parseSearch: (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search: Readonly<Record<string, unknown>>): string => {
    const told = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== '')
    const written = new URLSearchParams(told.map(([name, value]) => [name, String(value)])).toString()
    return written === '' ? '' : `?${written}`
  },
}
