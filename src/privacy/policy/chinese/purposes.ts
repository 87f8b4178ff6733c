import { PURPOSES_OF_ACCESS_ZH } from './purposes-of-access.ts'
import { PURPOSES_OF_MONEY_ZH } from './purposes-of-money.ts'
import { PURPOSES_OF_RIGHTS_ZH } from './purposes-of-rights.ts'

/** What each item is kept for, by the words of the inventory. */
export const PURPOSES_ZH: Readonly<Record<string, string>> = { ...PURPOSES_OF_ACCESS_ZH, ...PURPOSES_OF_MONEY_ZH, ...PURPOSES_OF_RIGHTS_ZH }
