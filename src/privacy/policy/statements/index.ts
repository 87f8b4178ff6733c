/** What a policy can say, sentence by sentence and in our own words; never decides whether a sentence may be printed. */
import type { Statement } from '../statement.ts'
import { CHANGES } from './changes.ts'
import { WHO } from './contact.ts'
import { CONTENT } from './content.ts'
import { KEPT } from './kept.ts'
import { RIGHTS } from './rights.ts'
import { SAFETY } from './safety.ts'
import { SHARE } from './share.ts'
import { TIME } from './time.ts'
import { USE } from './use.ts'

/** Every statement, in the order of the page. */
export const STATEMENTS: readonly Statement[] = [...WHO, ...CONTENT, ...KEPT, ...USE, ...SHARE, ...TIME, ...SAFETY, ...RIGHTS, ...CHANGES]
