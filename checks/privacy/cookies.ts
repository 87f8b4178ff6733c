import { ALL_SPOKEN, type Answer, call, keyHeader, send } from '../calls.ts'
import { customerDoors, GATEWAY_PATHS } from '../customer-doors.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld } from '../world.ts'

const COOKIE = { cookie: 'session=abc; __Host-session=def' }

/**
 * PRV-18: no answer sets a cookie, to a browser or to a program, signed in with a key or not; one that is sent changes nothing. There are
 * no pages to sign in to yet, so that of the one session cookie nothing is shown here.
 */
export async function cookies(context: CheckContext): Promise<Measured> {
  const world = await startWorld()
  try {
    const { key } = await world.operator.customer('10.00')
    const answers: Answer[] = []
    const doors = [...customerDoors(), ...GATEWAY_PATHS.map((path) => ({ method: 'GET', path }))]
    for (const { method, path } of doors) {
      for (const headers of [
        { accept: 'text/html' },
        keyHeader({ protocol: 'openai', key }),
        { ...keyHeader({ protocol: 'openai', key }), ...COOKIE },
      ])
        answers.push(await send({ url: world.base + path, method, headers, body: '', millisMax: 20_000 }))
    }
    for (const protocol of ALL_SPOKEN) {
      const plain = await call({ base: world.base, key, protocol })
      const withCookie = await call({ base: world.base, key, protocol, headers: COOKIE })
      context.expect(
        plain.status === 200 && withCookie.status === 200,
        `a call in ${protocol} was answered ${plain.status}, ${withCookie.status}`,
      )
      answers.push(plain, withCookie)
    }
    const operator = await fetch(`${world.operatorBase}/operator/v1/accounts`, {
      headers: { authorization: `Bearer ${world.operatorToken}` },
    })
    context.expect(operator.headers.get('set-cookie') === null, 'the operator API sets a cookie')
    for (const { headers, status } of answers)
      context.expect(headers['set-cookie'] === undefined, `an answer with status ${status} sets a cookie`)
    return {
      n: answers.length,
      measured: { doors: doors.length, answers: answers.length, cookies: 0, signedInPages: 'not run: there are none' },
    }
  } finally {
    await world.stop()
  }
}
