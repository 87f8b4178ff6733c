import type { Command } from './command.ts'
import { verifyAuditCommand } from './verify-audit.ts'
import { verifyBillCommand } from './verify-bill.ts'
import { verifyHostCommand } from './verify-host.ts'
import { verifyReceiptCommand } from './verify-receipt.ts'

/** `farebox verify`: checks what Farebox handed out, without trusting the server that did. */
export const verify: Command = (program, context) => {
  verifyReceiptCommand(program.command('receipt'), context)
  verifyBillCommand(program.command('bill'), context)
  verifyAuditCommand(program.command('audit'), context)
  // What stands behind a kind of thing belongs to that, also where an address takes an option of the same name.
  program.enablePositionalOptions()
  verifyHostCommand(program, context)
}
