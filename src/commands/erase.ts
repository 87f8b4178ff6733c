import { erasureShown, type ShownErasureBody } from '../api/contract/index.ts'
import type { Command, CommandContext } from './command.ts'
import { ExitError } from './command.ts'
import { type Connect, connectOperator } from './operator-client.ts'
import { inPath, JSON_OPTION, printData, shortTime } from './operator-command.ts'
import { formatTable } from './table.ts'

type Flags = { readonly confirm?: string; readonly giveUp?: string; readonly json?: boolean }

const NOT_CONFIRMED = 2

/** `farebox erase ACCOUNT`, over a connection: shows what goes and what stays; with --confirm EMAIL it does it. */
export const eraseWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .argument('<account>', 'id of the account')
      .option('--confirm <email>', 'erase it for good; the e-mail of the account, so that no other is erased')
      .option('--give-up <amount>', 'USD that its owner expressly lets go, at most, such as 2.50')
      .option(...JSON_OPTION)
      .action(async (account: string, flags: Flags) => {
        const client = await connect(context)
        const path = `/accounts/${inPath(account)}/erasure`
        if (flags.confirm === undefined && flags.giveUp !== undefined) return refuse(context)
        const given = flags.giveUp === undefined ? {} : { give_up: flags.giveUp }
        const answer = flags.confirm === undefined ? await client.get(path) : await client.post(path, { email: flags.confirm, ...given })
        const shown = erasureShown.parse(answer)
        printData(context, shown, { isJson: flags.json, text: tell(shown) })
      })
  }

/** `farebox erase`: an account of the running server. */
export const erase: Command = eraseWith(connectOperator)

function refuse(context: CommandContext): never {
  context.note('--give-up does nothing without --confirm.')
  throw new ExitError(NOT_CONFIRMED)
}

function tell(shown: ShownErasureBody): string {
  const { account_id: account, state, left } = shown
  const head =
    state === 'none'
      ? `Account ${account} would be erased.`
      : `Account ${account}: ${STATES[state]}, asked for ${shortTime(shown.requested_at)}, gone by ${shortTime(shown.gone_by)} (UTC).`
  const goes = shown.goes.map((part) => [part.table, part.columns.join(' '), part.purpose, rowsOf(part)])
  const stays = [...shown.stays, ...shown.expires].map((part) => [part.table, part.purpose, rowsOf(part), part.basis, part.until])
  return [
    head,
    ...(goes.length === 0 ? [] : ['', 'What goes', formatTable(['table', 'columns', 'what it is for', 'rows'], goes, [3])]),
    ...(stays.length === 0 ? [] : ['', 'What stays', formatTable(['table', 'what it is for', 'rows', 'why', 'until'], stays, [2])]),
    ...(state === 'none'
      ? ['', ...moneyLines(left), `To erase it for good: npx farebox erase ${account} --confirm EMAIL${giveUpOf(left)}`]
      : []),
  ].join('\n')
}

const STATES: Readonly<Record<Exclude<ShownErasureBody['state'], 'none'>, string>> = {
  requested: 'erasure requested',
  locked: 'locked, waits for its running calls',
  shredded: 'unreadable, waits for its days to be charged',
  done: 'erased',
}

const NOTHING = '0.00'

const moneyLines = (left: string): readonly string[] =>
  left === NOTHING ? [] : [`There is $${left} left. Refund it first (npx farebox refund), or its owner gives it up.`]

const giveUpOf = (left: string): string => (left === NOTHING ? '' : ` --give-up ${left}`)

const rowsOf = ({ rows }: { readonly rows: number | null }): string => (rows === null ? 'of nobody' : String(rows))
