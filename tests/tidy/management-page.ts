import { customerApp } from '../../src/api/index.ts'
import { testWorld, unreachableDatabase } from '../../src/api/test-world.ts'

type Operation = {
  readonly summary?: string
  readonly security?: readonly unknown[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>>
}
type Schema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** What /api/openapi.json says of the router as it is. */
export async function managementDocument(): Promise<Document> {
  const app = customerApp(testWorld(unreachableDatabase).dependencies)
  return (await (await app.request('/api/openapi.json')).json()) as Document
}

const code = (text: string): string => `\`${text}\``

/** docs/management-api.md: what a customer does with an account by program, path by path. */
export function managementPage({ paths, components }: Document): string {
  const resolve = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : (components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {})
  const namesIn = (schema: Schema): string => {
    const whole = resolve(schema)
    if (whole.items !== undefined) return `[${namesIn(whole.items)}]`
    if (whole.anyOf !== undefined) return whole.anyOf.map(namesIn).join(' or ')
    if (whole.allOf !== undefined) return whole.allOf.map(namesIn).join(', ')
    return Object.keys(whole.properties ?? {})
      .map((name) => (whole.required?.includes(name) === true ? name : `${name}?`))
      .join(', ')
  }
  const rows = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const body = operation.requestBody?.content['application/json']?.schema
      const answer = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1].content?.['application/json']
        ?.schema
      const data = answer === undefined ? undefined : resolve(answer).properties?.['data']
      return [
        code(`${method.toUpperCase()} ${path}`) + (operation.security?.length === 0 ? ' *' : ''),
        operation.summary ?? '',
        body === undefined ? '' : namesIn(body),
        data === undefined ? '' : namesIn(data),
      ]
    }),
  )
  return [...HEAD, ...rows.map((cells) => `| ${cells.join(' | ')} |`), ...TAIL].join('\n')
}

const HEAD = [
  '# Management API',
  '',
  '<!-- Made by: node tests/tidy/write-management-page.ts -->',
  '',
  'What a customer does with an account by program, under `/api` of the public address, with a management key (`mk_…`) as',
  '`Authorization: Bearer`. The operator makes the first one with `POST /operator/v1/accounts/{id}/management-keys`; it is shown once.',
  'A management key calls no models (403 `management_key_cannot_call`), a key that calls models manages nothing (403',
  '`management_key_needed`).',
  '',
  'An answer is `{"success": true, "data": …}` or `{"success": false, "error": {"code", "message", "field"?}}`; [errors.md](errors.md) has the',
  'codes. Amounts are decimal strings of USD; where one is sent, a number is taken too and read digit by digit. With `Idempotency-Key` a POST',
  'that is sent again has one effect and the same answer for 24 hours; the key counts for your account alone. `GET /api/openapi.json` describes',
  'all of this for machines, `/.well-known/agent.json` and `/llms.txt` for agents, with what is sold to them without a key or an account.',
  '',
  '| path | what it does | body | data |',
  '| --- | --- | --- | --- |',
] as const

const TAIL = [
  '',
  '\\* For anybody, without a key.',
  '',
  '## Notes',
  '',
  '- `GET /api/pools` and `GET /api/pools/{id}` have a strong `ETag`; with `If-None-Match` an unchanged one is 304.',
  '- `GET /api/usage` and `GET /api/usage/{id}` are answered 12 times in 12 hours (`payments.rules.usage_reads_per_12_hours`), then 429.',
  '- A key that rests (`{"isActive": false}`, or as it spent far more than usual: `pausedFor` says which) is refused at once with 403',
  '  `key_paused`, and works again when it is resumed ([abuse](abuse.md)). One that the operator paused is 403 `key_stopped`: `stop` of',
  '  `GET /api/keys/{id}` has the reason and what they wrote, and the operator alone resumes it.',
  '- `ipRanges`, `routing`, rotation, and how a search of `GET /api/requests` goes on: [keys](keys.md).',
  '- A code is redeemed once; ten wrong ones in an hour and the account waits (429 `redeem_limited`). Case, spaces and dashes do not matter.',
  '- Keys of your own end users spend within the budget of each, inside your balance. What they used is counts and costs; what was said is',
  "  stored nowhere, so nobody can be shown it. Such a key sees its own use and its budget at `GET /v1/usage`, the receipts of its end user's",
  '  calls at `GET /v1/receipts/{id}` (they name the account by its id, as that is signed), and nothing else of the account: balance, statements, accesses and',
  '  support are 403 `key_of_end_user`, receipts of other calls 404 `receipt_unknown`.',
  '- A suspended account may look, end keys, stop automatic top-up and renewals by card, and write to support; `GET /api/account` says why it is suspended.',
  '',
] as const
