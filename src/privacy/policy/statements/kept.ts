import { featuresOf } from '../facts.ts'
import type { Statement } from '../statement.ts'

/** What is kept of whom. */
export const KEPT: readonly Statement[] = [
  {
    ...{ id: 'account', section: 'kept', kind: 'disclosure', topic: 'Account data' },
    text: () =>
      'Of your account we keep your e-mail address if you gave one, whether the account is active, its limits, its plan and the day it was opened.',
  },
  {
    ...{ id: 'password', section: 'kept', kind: 'disclosure', topic: 'Passwords' },
    text: ({ inventory }) =>
      featuresOf(inventory).hasPasswords
        ? 'If you sign in with a password, we keep a one-way hash of it and not the password.'
        : 'There are no passwords here: a key says who is calling, so we hold none of yours.',
  },
  {
    ...{ id: 'payment-later', section: 'kept', kind: 'promise', topic: 'Payment details at sign-up' },
    text: () => 'Opening an account takes no payment details.',
  },
  {
    ...{ id: 'key-facts', section: 'kept', kind: 'disclosure', topic: 'Facts about keys' },
    text: () =>
      'Of each key we keep the name you gave it, a hint of its first and last characters, what it may call and how often, and when it begins and ends.',
  },
  {
    ...{ id: 'usage-row', section: 'kept', kind: 'disclosure', topic: 'What is noted of a call' },
    text: () =>
      'For each call we note when it was made, by which account and key, which model and route answered, how many tokens of each kind it used, how long it took, how it ended and what it cost.',
  },
  {
    ...{ id: 'key-id', section: 'kept', kind: 'promise', topic: 'Keys in notes of calls' },
    text: () => 'A note of a call names a key by a random number. The key itself is not in it and cannot be worked out from it.',
  },
  {
    ...{ id: 'log-lines', section: 'kept', kind: 'promise', topic: 'Log lines' },
    text: ({ inventory }) =>
      `Our logs can hold ${Object.keys(inventory.logFields).length + 1} kinds of value and no others: times, codes, counts and short ids. They have no place for a free text.`,
  },
  {
    ...{ id: 'addresses', section: 'kept', kind: 'disclosure', topic: 'Network addresses' },
    text: ({ inventory }) =>
      featuresOf(inventory).hasAddresses
        ? 'Your network address is used to hold limits and stop abuse. It is noted only as a code under a key that is thrown away after 7 days.'
        : 'Your network address is used in memory to hold limits. It is not noted.',
  },
  {
    ...{ id: 'browser', section: 'kept', kind: 'disclosure', topic: 'Browser data' },
    text: ({ inventory }) =>
      featuresOf(inventory).hasBrowserFacts
        ? 'Of the browser you sign in with we keep its family and main version, with the sign-in it belongs to.'
        : 'We note nothing about your browser.',
  },
  {
    ...{ id: 'books', section: 'kept', kind: 'disclosure', topic: 'The books' },
    text: () => 'Our books hold each movement of your balance: when, how much, which way, and a reason if a person moved it by hand.',
  },
  {
    ...{ id: 'coin-payments', section: 'kept', kind: 'disclosure', topic: 'Payments in crypto-currency' },
    text: ({ inventory }) =>
      featuresOf(inventory).hasCoins
        ? 'If you pay in a crypto-currency, we keep the hash of the payment and the address it came from, so that no payment counts twice.'
        : 'We take no payments in crypto-currency here, so we keep no wallet address and no hash of such a payment.',
  },
  {
    ...{ id: 'payments', section: 'kept', kind: 'disclosure', topic: 'Payments' },
    text: ({ inventory }) => paymentsOf(featuresOf(inventory)),
  },
  {
    ...{ id: 'no-cards', section: 'kept', kind: 'promise', topic: 'Card numbers' },
    text: () => 'Card numbers do not reach our machines, and nothing of ours has a place to keep one.',
  },
  {
    ...{ id: 'needed-only', section: 'kept', kind: 'promise', topic: 'Need for each item' },
    text: () => 'Whatever we keep has a need behind it, and the list below names that need for each item.',
  },
  {
    ...{ id: 'cookies', section: 'kept', kind: 'promise', topic: 'Cookies' },
    text: ({ inventory }) =>
      featuresOf(inventory).cookies.length === 0
        ? 'We set no cookies.'
        : `We set ${cookieNames(featuresOf(inventory).cookies)}, to keep you signed in, and none before you sign in.`,
  },
  {
    ...{ id: 'cookies-off', section: 'kept', kind: 'disclosure', topic: 'Life without cookies' },
    text: ({ inventory }) =>
      featuresOf(inventory).cookies.length === 0
        ? 'If your browser refuses cookies, nothing here changes.'
        : 'If your browser refuses cookies, you cannot sign in here; calls with a key work as before.',
  },
  {
    ...{ id: 'browser-keys', section: 'kept', kind: 'disclosure', topic: 'What pages keep in your browser' },
    text: ({ inventory }) =>
      Object.keys(inventory.browserKeys).length === 0
        ? 'Pages keep nothing in your browser.'
        : `When you choose a language, a theme or, of several accounts, one to act for, your browser keeps that choice. Of these we are sent the account alone, with what you do for it.${errandWords(inventory.browserKeys)}`,
  },
]

const errandWords = (keys: Readonly<Record<string, unknown>>): string =>
  'farebox.errand' in keys
    ? ' While you are at another service to sign in, the tab keeps a code that works once; it goes when you are back, and with the tab.'
    : ''

const cookieNames = (names: readonly string[]): string =>
  names.length === 1 ? `one cookie (${names.join()})` : `${names.length} cookies (${names.join(', ')})`

function paymentsOf({ hasCards, hasCoins }: { readonly hasCards: boolean; readonly hasCoins: boolean }): string {
  const ways = [...(hasCards ? ['by card, on the pages of a payment company'] : []), ...(hasCoins ? ['in a crypto-currency'] : [])]
  return ways.length === 0
    ? 'Credit is added by the operator by hand; no payment company is connected.'
    : `You can pay ${ways.join(' or ')}.`
}
