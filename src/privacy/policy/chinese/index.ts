/** What the policy says in Simplified Chinese, sentence by sentence; never says anything under other conditions than the English. */
import { CHANGES_ZH } from './changes.ts'
import type { Chinese, ChineseStatements } from './chinese.ts'
import { WHO_ZH } from './contact.ts'
import { CONTENT_ZH } from './content.ts'
import { KEPT_ZH } from './kept.ts'
import { RIGHTS_ZH } from './rights.ts'
import { SAFETY_ZH } from './safety.ts'
import { SHARE_ZH } from './share.ts'
import { TIME_ZH } from './time.ts'
import { USE_ZH } from './use.ts'

export { PURPOSES_ZH } from './purposes.ts'
export { RISKS_ZH } from './risks.ts'
export { TABLES_ZH } from './tables.ts'

/** Every statement in Chinese, by its id. */
export const STATEMENTS_ZH: ChineseStatements = {
  ...{ ...WHO_ZH, ...CONTENT_ZH, ...KEPT_ZH, ...USE_ZH, ...SHARE_ZH },
  ...{ ...TIME_ZH, ...SAFETY_ZH, ...RIGHTS_ZH, ...CHANGES_ZH },
}

/** One of them; throws RangeError when there is none. */
export function chineseOf(id: string): Chinese {
  const found = STATEMENTS_ZH[id]
  if (found === undefined) throw new RangeError(`${id} has no Chinese`)
  return found
}
