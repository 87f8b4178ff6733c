import { askAsPage, openByNumber, pairOf } from '../../sign-in.ts'
import type { World } from '../../world.ts'
import { consoleOf } from './addresses.ts'
import type { Cookies } from './cross-site.ts'
import type { Planter } from './plant.ts'
import type { Watched } from './watched-page.ts'

/** Somebody with keys and credit, whose cookie plants what customers can. */
export async function enter(world: World, keys: number): Promise<Planter> {
  const cookie = pairOf(await openByNumber(world.base))
  const { json } = await askAsPage({ base: world.base, line: 'GET /api/account', cookie })
  const { id: accountId } = json['data'] as { id: string }
  await world.operator.ask('POST', `/accounts/${accountId}/credits`, { amount: '5.00', reason: 'pages' })
  const keyIds: string[] = []
  for (let index = 0; index < keys; index += 1) {
    const { id } = (await world.operator.ask('POST', `/accounts/${accountId}/keys`, { name: `key ${index}` })) as { id: string }
    keyIds.push(id)
  }
  const webhookIds: string[] = []
  for (let index = 0; index < WEBHOOKS; index += 1) webhookIds.push(await restingWebhook(world, cookie))
  return { world, cookie, accountId, keyIds, webhookIds }
}

/** As many as an account can have. */
const WEBHOOKS = 5

/** A webhook that is told nothing. */
async function restingWebhook({ base }: World, cookie: string): Promise<string> {
  const body = { url: 'https://hooks.example.com/', events: ['key.created'] }
  const { json } = await askAsPage({ base, line: 'POST /api/webhooks', body, cookie })
  const { id } = json['data'] as { id: string }
  await askAsPage({ base, line: `PATCH /api/webhooks/${id}`, body: { active: false }, cookie })
  return id
}

/** Gives the browser both cookies, the operator's by the sign-in of the console. */
export async function signInBrowser(world: World, { context, pages: [{ page }] }: Watched, { cookie }: Planter): Promise<Cookies> {
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, domain: 'localhost', path: '/', secure: true, httpOnly: true, sameSite: 'Strict' }])
  await page.goto(`${consoleOf(world)}/accounts`)
  await page.getByLabel('Operator token').fill(world.operatorToken)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Accounts' }).waitFor()
  const operator = (await context.cookies()).find((one) => one.name === '__Host-farebox-operator')
  return { person: cookie, operator: `${operator?.name}=${operator?.value}` }
}
