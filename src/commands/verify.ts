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
  verifyHostCommand(program, context)
}
