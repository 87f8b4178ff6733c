import { invitationMade, operatorList, operatorShown } from '../api/contract/index.ts'
import type { Command } from './command.ts'
import { type Connect, connectOperator } from './operator-client.ts'
import { inPath, JSON_OPTION, printData, shortTime } from './operator-command.ts'
import { formatTable } from './table.ts'

type Flags = { readonly json?: boolean }
type InviteFlags = Flags & { readonly role: string; readonly email?: string; readonly again?: boolean }

/** `farebox operators list | invite | role | disable`, over a connection. */
export const operatorsWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .command('list')
      .description('list operators: what they may do and how they sign in')
      .option(...JSON_OPTION)
      .action(async (flags: Flags) => {
        const list = operatorList.parse(await (await connect(context)).get('/operators'))
        printData(context, list, { isJson: flags.json, text: tellList(list.data) })
      })
    program
      .command('invite')
      .description('invite a person; the link is shown once')
      .argument('<name>', 'what the audit log calls them; given once for good')
      .option('--role <role>', 'owner, manager, finance, support or read-only', 'read-only')
      .option('--email <address>', 'where the link is mailed to as well')
      .option('--again', 'for an operator who lost what they sign in with: it all ends now')
      .option(...JSON_OPTION)
      .action(async (name: string, flags: InviteFlags) => {
        const client = await connect(context)
        const body = { name, role: flags.role, ...(flags.email === undefined ? {} : { email: flags.email }) }
        const answer =
          flags.again === true
            ? await client.post(`/operators/${inPath(name)}/invitation`, {})
            : await client.post('/operators/invitations', body)
        const made = invitationMade.parse(answer)
        const text = `${made.name} can join as ${made.role} until ${shortTime(made.invited_until)} UTC, once:\n\n  ${made.link}\n\nGive it to nobody else: whoever opens it first is ${made.name}.`
        printData(context, made, { isJson: flags.json, text })
      })
    program
      .command('role')
      .description('give an operator another role, at once')
      .argument('<name>', 'name of the operator')
      .argument('<role>', 'owner, manager, finance, support or read-only')
      .option(...JSON_OPTION)
      .action(async (name: string, role: string, flags: Flags) => {
        const changed = operatorShown.parse(await (await connect(context)).patch(`/operators/${inPath(name)}`, { role }))
        printData(context, changed, { isJson: flags.json, text: `${changed.name} is ${changed.role} now.` })
      })
    program
      .command('disable')
      .description('end an operator for good: token, sessions and all; the name is not given again')
      .argument('<name>', 'name of the operator')
      .option(...JSON_OPTION)
      .action(async (name: string, flags: Flags) => {
        const ended = operatorShown.parse(await (await connect(context)).delete(`/operators/${inPath(name)}`))
        printData(context, ended, { isJson: flags.json, text: `${ended.name} is no operator since ${shortTime(ended.revoked_at)} UTC.` })
      })
  }

/** `farebox operators`: who operates the running server. */
export const operators: Command = operatorsWith(connectOperator)

type Listed = (typeof operatorList)['_output']['data']

function tellList(listed: Listed): string {
  if (listed.length === 0)
    return 'There is no operator beside the token of the configuration. Invite one: npx farebox operators invite anna --role finance'
  const rows = listed.map((one) => [one.name, one.role, stateOf(one), one.ways.join(', ') || '-', shortTime(one.created_at)])
  return formatTable(['operator', 'role', 'state', 'signs in by', 'created (UTC)'], rows)
}

function stateOf({ revoked_at: endedAt, invited_until: until }: Listed[number]): string {
  if (endedAt !== null) return `ended ${shortTime(endedAt)}`
  return until === null ? 'active' : `invited until ${shortTime(until)}`
}
