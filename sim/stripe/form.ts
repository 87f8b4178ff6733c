/** A field of a form: text, a list, or fields inside it. */
export type FormValue = string | readonly FormValue[] | { readonly [name: string]: FormValue }

/** Reads a form as Stripe's libraries write it, `a[b][0][c]=x` being a list inside. Source: docs.stripe.com/api (2026-11-26). */
export function readForm(text: string): Readonly<Record<string, FormValue>> {
  const root: Branch = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.replaceAll(']', '').split('[')
    let at = root
    for (const part of path.slice(0, -1)) {
      const next = at[part]
      const branch: Branch = typeof next === 'object' ? next : {}
      at[part] = branch
      at = branch
    }
    const last = path.at(-1) ?? ''
    at[last === '' ? String(Object.keys(at).length) : last] = value
  }
  return fieldsOf(root)
}

type Branch = { [name: string]: string | Branch }

const fieldsOf = (branch: Branch): Readonly<Record<string, FormValue>> =>
  Object.fromEntries(Object.entries(branch).map(([name, value]) => [name, typeof value === 'string' ? value : listOrFields(value)]))

function listOrFields(branch: Branch): FormValue {
  const fields = fieldsOf(branch)
  const names = Object.keys(fields)
  return names.length > 0 && names.every((name, index) => name === String(index)) ? Object.values(fields) : fields
}

/** The text at a path such as ['line_items', '0', 'quantity']; undefined where there is none. */
export function textAt(form: FormValue, path: readonly string[]): string | undefined {
  const [name, ...rest] = path
  if (name === undefined) return typeof form === 'string' ? form : undefined
  if (typeof form === 'string') return undefined
  const inner = Array.isArray(form) ? form[Number(name)] : Object.entries(form).find(([key]) => key === name)?.[1]
  return inner === undefined ? undefined : textAt(inner, rest)
}

/** The texts of a list or a mapping at a path, by name. */
export function textsAt(form: FormValue, path: readonly string[]): Readonly<Record<string, string>> {
  const [name, ...rest] = path
  if (typeof form === 'string') return {}
  if (name !== undefined) {
    const inner = Object.entries(form).find(([key]) => key === name)?.[1]
    return inner === undefined ? {} : textsAt(inner, rest)
  }
  return Object.fromEntries(Object.entries(form).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])))
}
