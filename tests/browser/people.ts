import type { Page } from 'playwright-core'
import type { World } from '../../checks/world.ts'

/** Where the console of a world is. */
export const consoleOf = (world: World): string => `${world.operatorBase.replace('127.0.0.1', 'localhost')}/console`

/** Signs the first operator in by the token, and waits for the overview. */
export async function signInByToken(page: Page, world: World): Promise<void> {
  await page.goto(`${consoleOf(world)}/`)
  await page.getByLabel('Operator token').fill(world.operatorToken)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

/** Opens an account without an e-mail, and waits for its number. */
export async function openByNumber(page: Page, world: World): Promise<void> {
  await page.goto(`http://localhost:${world.port}/sign-up`)
  await page.getByRole('button', { name: 'Open one without an e-mail' }).click()
  await page.locator('.secret code').waitFor()
}
