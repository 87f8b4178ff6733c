// Numbers of payment cards are noticed however they are written, and other numbers are not taken for them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdsCardNumber } from './card-number.ts'

test('numbers that networks publish for tests are noticed', () => {
  const cards = [
    '4111111111111111',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '6011111111111117',
    '3530111333300000',
    '30569309025904',
  ]
  for (const card of cards) {
    assert.ok(holdsCardNumber(card), card)
    assert.ok(holdsCardNumber(`my card: ${card.match(/.{1,4}/g)?.join(' ')}!`), card)
    assert.ok(holdsCardNumber(`${card}@example.com`), card)
    const wrong = card.slice(0, -1) + String((Number(card.at(-1)) + 1) % 10)
    assert.ok(!holdsCardNumber(wrong), wrong)
  }
})

test('other long numbers are none', () => {
  for (const text of ['1234567890123', '0000000000000000', '2026-11-26 12:00:00', 'invoice 10293847561029', ''])
    assert.ok(!holdsCardNumber(text), text)
})

test('ids and hashes are none, whatever digits they have in a row', () => {
  const ids = [
    ...['08c4aaa4-d433-4042-9393-20097387784a', '38032cc8-479a-4759-8771-887459849146', '42e04f02-e621-4126-8875-57900C565494'],
    `0x${'ab'.repeat(20)}4111111111111111${'cd'.repeat(4)}`,
  ]
  for (const id of ids) {
    assert.ok(!holdsCardNumber(id), id)
    assert.ok(!holdsCardNumber(`What became of ${id}?`), id)
    assert.ok(holdsCardNumber(`What became of ${id}, paid by 4111 1111 1111 1111?`), id)
  }
})

test('a card is noticed beside other numbers', () => {
  for (const text of [
    'room 12 4111 1111 1111 1111',
    '4111111111111111 12-26 737',
    '4111111111111111-5555555555554444',
    '1 2 3 378282246310005 4',
    '5555-5555-5555-4444-12-26-737-ada',
  ])
    assert.ok(holdsCardNumber(text), text)
  assert.ok(!holdsCardNumber('12 14111111111111111 3'), 'a group is read whole')
})
