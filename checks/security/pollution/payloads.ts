/** What a member is called that no object has here, and what it says: neither is found anywhere unless somebody took it. */
export const MARK = 'farebox_polluted'

/** What every object would have from the day that one was let in: strict schemas refuse it, and a gateway refuses every body that seems packed. */
const PLANTED = `{"${MARK}":"${MARK}","content-encoding":"${MARK}","models":["${MARK}"]}`

/** Members, as they are spelt, that reach what all objects are made of in whoever merges them without a look. */
export const POLLUTING: readonly string[] = [
  `"__proto__":${PLANTED}`,
  `"constructor":{"prototype":${PLANTED}}`,
  `"\\u005f_proto_\\u005f":${PLANTED}`,
  `"__proto__":{"__proto__":${PLANTED}}`,
  `"constructor":{"constructor":{"prototype":${PLANTED}}}`,
  `"prototype":${PLANTED}`,
  `"__proto__":[${PLANTED}]`,
  `"__proto__":null`,
  `"constructor":null`,
  `"constructor.prototype.${MARK}":"${MARK}"`,
  `"__proto__.${MARK}":"${MARK}"`,
  `"__proto__[${MARK}]":"${MARK}"`,
  `"toString":"${MARK}"`,
  `"hasOwnProperty":"${MARK}"`,
  `"valueOf":{"toJSON":"${MARK}"}`,
  `"toJSON":"${MARK}"`,
  `"then":"${MARK}"`,
  `"__defineGetter__":"${MARK}"`,
  `"__lookupGetter__":"${MARK}"`,
]

/** A plan, a name and a place that nothing here has; figures as they are written and as they would be kept. */
const PLAN = 'farebox-assigned-plan'
const AMOUNT = '876543.219876543'
const MULTIPLIER = '0.087654'

/** What would be seen of a field that was taken, in an answer or in the database. */
export const TAKEN = new RegExp(`${MARK}|${PLAN}|876543[.]?219876543|0[.]087654\\b|\\b87654\\b`)

/** Fields by which somebody would make themselves somebody else, or richer; `other` is the account of somebody else. */
export function assigned(other: string): readonly (readonly [name: string, value: unknown])[] {
  return [
    ...['account_id', 'accountId', 'account', 'owner_id', 'ownerId', 'person_id', 'personId', 'id'].map((name) => [name, other] as const),
    ...['role', 'roles', 'operatorRole', 'operator_role'].map((name) => [name, name.endsWith('s') ? ['owner'] : 'owner'] as const),
    ...['isAdmin', 'is_admin', 'isOperator', 'admin', 'isFresh', 'free', 'isFree', 'email_verified', 'emailVerified'].map(
      (name) => [name, true] as const,
    ),
    ...['balance', 'available', 'held', 'credit', 'credits', 'price', 'cost', 'spent', 'given', 'debt'].map(
      (name) => [name, AMOUNT] as const,
    ),
    ...['balance', 'price'].map((name) => [name, { available: AMOUNT, input: AMOUNT, output: AMOUNT }] as const),
    ...['price_multiplier', 'priceMultiplier', 'multiplier', 'discount'].map((name) => [name, MULTIPLIER] as const),
    ...['plan', 'plan_id', 'planId', 'plan_slug', 'tier'].map((name) => [name, PLAN] as const),
    ...['status', 'kind'].map((name) => [name, 'active'] as const),
    ...['created_at', 'createdAt', 'expires_at', 'revoked_at', 'fresh_until'].map((name) => [name, '2039-01-01T00:00:00Z'] as const),
  ]
}

/** How deep a member is hidden at most, beside every object that is there. */
const DEPTH_MAX = 8
const PLACE = '@place@'

/** A body as text with a member in each of its objects in turn, and in objects of its own down to a depth. */
export function withMember(body: object, member: string): readonly string[] {
  const inObjects = objectsIn(body).map((path) => JSON.stringify(planted(body, path)).replace(`"${PLACE}":0`, () => member))
  const deeper = Array.from({ length: DEPTH_MAX }, (_, depth) => `${'{"x":'.repeat(depth + 1)}{${member}}${'}'.repeat(depth + 1)}`)
  const open = JSON.stringify(body).slice(0, -1)
  return [...inObjects, ...deeper.map((text) => `${open}${open === '{' ? '' : ','}"x":${text}}`)]
}

type Path = readonly (string | number)[]

/** The paths of all objects in a value, itself first. */
function objectsIn(value: unknown): readonly Path[] {
  if (typeof value !== 'object' || value === null) return []
  const within = Object.entries(value).flatMap(([name, inner]) => objectsIn(inner).map((path) => [name, ...path]))
  return Array.isArray(value) ? within : [[], ...within]
}

/** A copy with a place for a member in the object at a path. */
function planted(value: object, path: Path): object {
  const [step, ...rest] = path
  if (step === undefined) return { [PLACE]: 0, ...value }
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value }
  Reflect.set(copy, step, planted(Reflect.get(value, step) as object, rest))
  return copy
}

/** The same as queries and forms spell it. */
export const FORM_FIELDS: readonly string[] = [
  `__proto__[${MARK}]`,
  `__proto__.${MARK}`,
  '__proto__',
  `constructor[prototype][${MARK}]`,
  `constructor.prototype.${MARK}`,
  `a[__proto__][${MARK}]`,
  `a[constructor][prototype][${MARK}]`,
  '__proto__[content-encoding]',
  'toString',
  'hasOwnProperty',
]

/** Headers with names that objects have, and those that would say who somebody is. */
export const headersFor = (other: string): readonly Readonly<Record<string, string>>[] => [
  ...['__proto__', 'constructor', 'prototype', 'tostring', 'hasownproperty', 'valueof'].map((name) => ({ [name]: MARK })),
  ...['x-role', 'x-farebox-role', 'x-user-role', 'x-admin', 'x-operator', 'x-is-admin'].map((name) => ({ [name]: 'owner' })),
  ...['farebox-account', 'x-account-id', 'x-user-id', 'x-farebox-account', 'x-tenant'].map((name) => ({ [name]: other })),
  ...['x-price', 'x-farebox-cost-usd', 'x-balance', 'x-price-multiplier'].map((name) => ({ [name]: AMOUNT })),
]
