import type { Context, Hono } from 'hono'
import { answerAgain } from '../answer-again.ts'
import { repeatableOf } from '../answer-once.ts'
import { supportShown, supportWords } from '../contract/index.ts'
import { signedInCustomer } from '../customer-guard.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { readBody } from '../json-body.ts'
import { requireJsonBody } from '../operator-guard.ts'
import { showSupport, showSupportWords } from '../show-support.ts'
import { hasKey, identifyAsker } from './own.ts'

type Dependencies = Pick<ApiDependencies, 'support' | 'appDatabase' | 'clock' | 'ids' | 'identity' | 'publicUrl' | 'manage'>

/** Who asks: by a key, else whoever is signed in. */
const askerOf = (c: Context<ApiEnv>, dependencies: Dependencies) =>
  hasKey(c) ? identifyAsker(c, dependencies) : signedInCustomer(c, dependencies)

/** What a customer asks of support by a key of its own, and what it was told; also whoever is suspended, as that is what there is to object to. */
export function ownSupportRoutes(app: Hono<ApiEnv>, dependencies: Dependencies): void {
  const { support, appDatabase: database, ids } = dependencies
  app.use('/api/support/*', requireJsonBody())
  app.post('/api/support/requests', async (c) => {
    const { accountId } = await askerOf(c, dependencies)
    const { text } = await readBody(c, supportWords)
    const asked = await answerAgain({ database, newId: () => ids.uuid() }, await repeatableOf(c, accountId), {
      schema: supportShown,
      work: async (id) => showSupport(await support.ask(accountId, text, id)),
    })
    return c.json(asked, 201)
  })
  app.get('/api/support/requests', async (c) => {
    const { accountId } = await askerOf(c, dependencies)
    return c.json({ data: (await support.own(accountId)).map(showSupportWords) })
  })
  app.delete('/api/support/requests/:id', async (c) => {
    const { accountId } = await askerOf(c, dependencies)
    return c.json(showSupport(await support.close(c.req.param('id'), accountId)))
  })
}
