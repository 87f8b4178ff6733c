import type { z } from 'zod'
import { type AccountPage, accountPage, accountShown, type ShownAccount, secondFactorsRevoked } from '../api/contract/index.ts'
import { SECOND_FACTOR_REASONS } from '../spec/index.ts'
import type { Command, CommandContext } from './command.ts'
import { type Connect, connectOperator, type OperatorClient } from './operator-client.ts'
import { inPath, JSON_OPTION, printData, shortTime } from './operator-command.ts'
import { formatTable } from './table.ts'

type Flags = { readonly json?: boolean }
type ChangeFlags = Flags & { readonly plan?: string | boolean; readonly priceMultiplier?: string; readonly usageRetentionDays?: string }
type ListFlags = Flags & { readonly limit: string; readonly cursor?: string }

/** `farebox account create | list | show | change`, over a connection. */
export const accountWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .command('create')
      .description('create an account')
      .argument('<email>', 'e-mail address of the customer')
      .option(...JSON_OPTION)
      .action(async (email: string, flags: Flags) => {
        const account = accountShown.parse(await (await connect(context)).post('/accounts', { email }))
        printData(context, account, { isJson: flags.json, text: tellCreated(account) })
      })
    program
      .command('list')
      .description('list accounts, newest first')
      .option('--limit <count>', 'how many at most, up to 200', '50')
      .option('--cursor <id>', 'go on after a page')
      .option(...JSON_OPTION)
      .action(async (flags: ListFlags) => runList(await connect(context), context, flags))
    program
      .command('show')
      .description('show an account and its balance')
      .argument('<account>', 'id of the account')
      .option(...JSON_OPTION)
      .action(async (id: string, flags: Flags) => {
        const account = accountShown.parse(await (await connect(context)).get(`/accounts/${inPath(id)}`))
        printData(context, account, { isJson: flags.json, text: tellAccount(account) })
      })
    program
      .command('thaw')
      .description('serve a frozen account again, when its books agree')
      .argument('<account>', 'id of the account')
      .option(...JSON_OPTION)
      .action(async (id: string, flags: Flags) => {
        const account = accountShown.parse(await (await connect(context)).post(`/accounts/${inPath(id)}/thaw`, {}))
        printData(context, account, { isJson: flags.json, text: `The books of account ${account.id} agree. It is served again.` })
      })
    addRevoke(program, context, connect)
    program
      .command('change')
      .description('change what an account pays of the list price, from its next call on, or for how long its calls are kept')
      .argument('<account>', 'id of the account')
      .option('--plan <plan>', 'put it on a plan')
      .option('--no-plan', 'take it off its plan')
      .option('--price-multiplier <decimal>', 'what it pays of the price of its plan, such as 0.9')
      .option('--usage-retention-days <days>', 'delete its calls after so many days, 1 to 90; what is gone does not come back')
      .option(...JSON_OPTION)
      .action(async (id: string, flags: ChangeFlags) => {
        const changed = await (await connect(context)).patch(`/accounts/${inPath(id)}`, changeOf(flags))
        const account = accountShown.parse(changed)
        printData(context, account, { isJson: flags.json, text: tellAccount(account) })
      })
  }

function addRevoke(program: Parameters<Command>[0], context: CommandContext, connect: Connect): void {
  program
    .command('revoke-second-factors')
    .description('take away the passkeys, the app and the recovery codes of somebody whom they lock out, and end their sessions')
    .argument('<account>', 'id of the account')
    .requiredOption('--reason <reason>', `why: ${SECOND_FACTOR_REASONS.join(' or ')}`)
    .option(...JSON_OPTION)
    .action(async (id: string, flags: Flags & { readonly reason: string }) => {
      const { reason } = flags
      const answer = await (await connect(context)).post(`/accounts/${inPath(id)}/second-factors/revocation`, { reason })
      const revoked = secondFactorsRevoked.parse(answer)
      printData(context, revoked, { isJson: flags.json, text: tellRevoked(revoked) })
    })
}

const tellRevoked = (told: z.output<typeof secondFactorsRevoked>): string =>
  `Taken away: passkeys ${told.passkeys}, authenticator apps ${told.authenticator_apps}, recovery codes ${told.recovery_codes}. Sessions ended: ${told.sessions_ended}.` +
  (told.linked_services === 0 ? '' : `\nStill linked: ${told.linked_services} other services. A new password by mail unlinks them.`)

/** `farebox account`: customers, on the running server. */
export const account: Command = accountWith(connectOperator)

const changeOf = ({ plan, priceMultiplier, usageRetentionDays }: ChangeFlags) => ({
  ...(typeof plan === 'string' ? { plan } : plan === false ? { plan: null } : {}),
  ...(priceMultiplier === undefined ? {} : { price_multiplier: priceMultiplier }),
  ...(usageRetentionDays === undefined ? {} : { usage_retention_days: Number(usageRetentionDays) }),
})

async function runList(client: OperatorClient, context: CommandContext, flags: ListFlags): Promise<void> {
  const query = new URLSearchParams({ limit: flags.limit, ...(flags.cursor === undefined ? {} : { cursor: flags.cursor }) })
  const page = accountPage.parse(await client.get(`/accounts?${query.toString()}`))
  printData(context, page, { isJson: flags.json, text: tellList(page) })
}

const tellCreated = (account: ShownAccount): string =>
  `Created account ${account.id} for ${account.email}.\nNext: npx farebox credit ${account.id} 10.00 --reason "first deposit"`

/** Accounts that were opened by number have none, and are not erased for that. */
const emailOf = ({ email, status }: ShownAccount): string => email ?? (status === 'erased' ? '(erased)' : '(none)')

function tellList(page: AccountPage): string {
  if (page.data.length === 0) return 'There is no account yet. Create one: npx farebox account create name@example.com'
  const heads = ['account', 'e-mail', 'status', 'available $', 'held $', 'created (UTC)']
  const rows = page.data.map((account) => [
    account.id,
    emailOf(account),
    account.status,
    account.balance.available,
    account.balance.held,
    shortTime(account.created_at),
  ])
  const more = page.next === null ? '' : `\nMore: npx farebox account list --cursor ${page.next}`
  return formatTable(heads, rows, [3, 4]) + more
}

function tellAccount(account: ShownAccount): string {
  const limit = (value: number | null) => (value === null ? 'no limit of its own' : String(value))
  const lines = [
    ['account', account.id],
    ['e-mail', emailOf(account)],
    ['status', account.status],
    ['available', `$${account.balance.available}`],
    ['held', `$${account.balance.held}`],
    ['plan', account.plan ?? 'none'],
    ['price multiplier', account.price_multiplier],
    ['calls kept for', `${account.usage_retention_days} days`],
    ['owed', `$${account.debt}`],
    ['frozen', account.frozen === null ? 'no' : `${account.frozen.reason}, since ${shortTime(account.frozen.at)}`],
    ['requests per minute', limit(account.limits.requests_per_minute)],
    ['tokens per minute', limit(account.limits.tokens_per_minute)],
    ['concurrent calls', limit(account.limits.concurrent_calls)],
    ['created (UTC)', shortTime(account.created_at)],
  ] as const
  return lines.map(([name, value]) => `${name.padEnd(20)}${value}`).join('\n')
}
