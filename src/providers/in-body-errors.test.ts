// Guarantee: an error that comes with status 200 is known by its number wherever the bytes are cut, and no answer is taken for one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { quirksOf } from './host-quirks.ts'
import { inBodyStatus, isErrorTold } from './in-body-errors.ts'

const MINIMAX = quirksOf('https://api.minimax.io/v1')?.errorsInBody ?? assert.fail('no quirk')
const STREAM = 'text/event-stream; charset=utf-8'
const begun = (body: string | Buffer, type = 'application/json') => ({
  ...{ status: 200, headers: { 'content-type': type } },
  beginning: () => Buffer.from(body),
})
const told = (code: unknown) => JSON.stringify({ choices: null, base_resp: { status_code: code, status_msg: '…' } })

test('each number has its status, whatever is not listed is a failure of theirs', () => {
  for (const [code, status] of [
    [1002, 429],
    [1004, 401],
    [1008, 402],
    [1026, 400],
    [2013, 400],
    [2049, 401],
    [1000, 500],
    [9999, 500],
  ] as const) {
    assert.equal(inBodyStatus(begun(told(code)), MINIMAX), status)
    assert.equal(inBodyStatus(begun(`: hello\n\ndata: ${told(code)}\n\n`, STREAM), MINIMAX), status)
    assert.equal(inBodyStatus(begun(`data:${told(code)}\r\n\r\ndata: {}\r\n\r\n`, STREAM), MINIMAX), status)
  }
  assert.equal(inBodyStatus({ ...begun(told(1008)), status: 500 }, MINIMAX), undefined)
})

test('zero, no number, and no such object are no error', () => {
  for (const code of [0, '1008', null, undefined]) assert.equal(inBodyStatus(begun(told(code)), MINIMAX), undefined)
  fc.assert(
    fc.property(fc.jsonValue(), fc.boolean(), (value, isStream) => {
      const json = JSON.stringify(value)
      const reply = isStream ? begun(`data: ${json}\n\n`, STREAM) : begun(json)
      if (!json.includes('base_resp')) assert.equal(inBodyStatus(reply, MINIMAX), undefined)
    }),
  )
})

test('before enough has come nothing is told, and from then on the same', () => {
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r')
  fc.assert(
    fc.property(lineEnd, fc.constantFrom('', ': hello'), fc.constantFrom('', 'event: x'), (end, comment, name) => {
      const first = [comment, ...(comment === '' ? [] : ['']), ...(name === '' ? [] : [name]), `data: ${told(1008)}`, '', ''].join(end)
      const whole = Buffer.from(`${first}data: {"choices":[]}${end}${end}`)
      const enough = Buffer.byteLength(first)
      for (let at = 0; at <= whole.length; at += 1) {
        const reply = begun(whole.subarray(0, at), STREAM)
        assert.equal(isErrorTold(reply), at >= enough, `${at} of ${enough}`)
        assert.equal(inBodyStatus(reply, MINIMAX), at >= enough ? 402 : undefined)
      }
    }),
  )
})
