/** What was written into a field of a form, to the letter; '' for none. Passwords are read so. */
export function secretIn(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value : ''
}

/** The same without spaces around it. */
export const textIn = (form: HTMLFormElement, name: string): string => secretIn(form, name).trim()
