/** What a field of local time was filled with, as the server reads it; undefined for nothing. */
export const timeOf = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : new Date(text).toISOString()
