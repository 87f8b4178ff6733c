import { type KeyPage, keyMinted, keyPage, keyRevoked, type MintedKey, type ShownKey } from '../api/contract/index.ts'
import type { Command, CommandContext } from './command.ts'
import { type Connect, connectOperator, type OperatorClient } from './operator-client.ts'
import { inPath, JSON_OPTION, printData, shortTime } from './operator-command.ts'
import { formatTable } from './table.ts'

type Flags = { readonly json?: boolean }
type ListFlags = Flags & { readonly cursor?: string }
type CreateFlags = Flags & {
  readonly name: string
  readonly model?: readonly string[]
  readonly expiresAt?: string
  readonly requestsPerMinute?: string
  readonly tokensPerMinute?: string
  readonly concurrentCalls?: string
}

/** `farebox key create | list | revoke`, over a connection. */
export const keyWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .command('create')
      .description('mint a key; it is shown once')
      .argument('<account>', 'id of the account')
      .requiredOption('--name <name>', 'what to call the key')
      .option('--model <id...>', 'models the key may call; every one when left out')
      .option('--expires-at <time>', 'when the key ends, such as 2027-01-31T00:00:00Z')
      .option('--requests-per-minute <count>', 'limit of the key')
      .option('--tokens-per-minute <count>', 'limit of the key')
      .option('--concurrent-calls <count>', 'limit of the key')
      .option(...JSON_OPTION)
      .action(async (account: string, flags: CreateFlags) => {
        const key = keyMinted.parse(await (await connect(context)).post(`/accounts/${inPath(account)}/keys`, bodyOf(flags)))
        printData(context, key, { isJson: flags.json, text: tellMinted(key, context.config().publicUrl) })
      })
    program
      .command('list')
      .description('list the keys of an account')
      .argument('<account>', 'id of the account')
      .option('--cursor <id>', 'go on after a page')
      .option(...JSON_OPTION)
      .action(async (account: string, flags: ListFlags) => runList(await connect(context), context, { account, flags }))
    program
      .command('revoke')
      .description('revoke a key for good')
      .argument('<key>', 'id of the key')
      .option(...JSON_OPTION)
      .action(async (id: string, flags: Flags) => {
        const key = keyRevoked.parse(await (await connect(context)).delete(`/keys/${inPath(id)}`))
        printData(context, key, { isJson: flags.json, text: `Key ${key.id} is revoked since ${shortTime(key.revoked_at)} UTC.` })
      })
  }

/** `farebox key`: the keys of an account, on the running server. */
export const key: Command = keyWith(connectOperator)

async function runList(
  client: OperatorClient,
  context: CommandContext,
  { account, flags }: { readonly account: string; readonly flags: ListFlags },
): Promise<void> {
  const query = flags.cursor === undefined ? '' : `?${new URLSearchParams({ cursor: flags.cursor }).toString()}`
  const page = keyPage.parse(await client.get(`/accounts/${inPath(account)}/keys${query}`))
  printData(context, page, { isJson: flags.json, text: tellList(account, page) })
}

function bodyOf(flags: CreateFlags): object {
  const limits = {
    ...limitOf('requests_per_minute', flags.requestsPerMinute),
    ...limitOf('tokens_per_minute', flags.tokensPerMinute),
    ...limitOf('concurrent_calls', flags.concurrentCalls),
  }
  return {
    name: flags.name,
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(flags.model === undefined ? {} : { models: flags.model }),
    ...(flags.expiresAt === undefined ? {} : { expires_at: flags.expiresAt }),
  }
}

// What is no number goes out as it is, so that the server names the field.
const limitOf = (name: string, text: string | undefined) =>
  text === undefined ? {} : { [name]: /^\d{1,10}$/.test(text) ? Number(text) : text }

const tellMinted = (key: MintedKey, publicUrl: string): string =>
  [
    `Key "${key.name}" (${key.id}):`,
    '',
    `  ${key.secret}`,
    '',
    'Keep it now: it is stored as a hash only and cannot be shown again.',
    `Next: curl ${publicUrl}/v1/balance -H "Authorization: Bearer <the key above>"`,
  ].join('\n')

function tellList(account: string, page: KeyPage): string {
  if (page.data.length === 0) return `This account has no key yet. Mint one: npx farebox key create ${account} --name main`
  const heads = ['key', 'name', 'hint', 'state', 'models', 'created (UTC)', 'expires (UTC)']
  const rows = page.data.map((key) => [
    key.id,
    key.name ?? '(erased)',
    key.hint,
    stateOf(key),
    key.models === null ? 'all' : key.models.join(','),
    shortTime(key.created_at),
    shortTime(key.expires_at),
  ])
  const more = page.next === null ? '' : `\nMore: npx farebox key list ${account} --cursor ${page.next}`
  return formatTable(heads, rows) + more
}

const stateOf = (key: ShownKey): string => (key.revoked_at === null ? 'in use' : `revoked ${shortTime(key.revoked_at)}`)
