import { useSearch } from '@tanstack/react-router'

/** What the address of a page says behind its question mark under these names, as texts; what is absent or empty is left out. */
export function useSearchTexts<Name extends string>(names: readonly Name[]): Readonly<Partial<Record<Name, string>>> {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  const told = names.flatMap((name) => {
    const value = search[name]
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [[name, String(value)] as const] : []
  })
  return Object.fromEntries(told) as Partial<Record<Name, string>>
}
