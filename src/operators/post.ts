import type { OwnWayChange } from './note.ts'
import { emailOfOperator } from './operator-email.ts'
import type { OperatorParts } from './parts.ts'

/** Tells an operator that something of how they sign in was changed; nobody, where no e-mail of theirs is kept. */
export function tellOwnChange(parts: OperatorParts, name: string, event: OwnWayChange): void {
  const { mailer } = parts
  if (mailer === undefined) return
  parts.box.take(async () => {
    const email = await emailOfOperator(parts, name)
    if (email !== undefined) await mailer.send(`operator-${event}`, email, {})
  })
}
