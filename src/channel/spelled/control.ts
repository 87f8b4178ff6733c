// Written by tests/tidy/write-channel-code.ts from messages.ts.
import { readHash, readMoney, readU8, readU32, readU64, writeHash, writeMoney, writeU8, writeU32, writeU64, writeUuid } from '../fields.ts'
import type { CONTROL_MESSAGES } from '../messages.ts'
import type { Spelled } from './spelled.ts'

/** Messages of CONTROL_MESSAGES, field by field. */
export const SPELLED_CONTROL: Spelled<typeof CONTROL_MESSAGES> = {
  welcome: {
    size: 10,
    read: (bytes, at) => ({
      ipSalt: readU64(bytes, at + 1),
      isSoldToWallets: readU8(bytes, at + 9),
    }),
    write: (bytes, at, message) => {
      writeU64(bytes, at + 1, message.ipSalt)
      writeU8(bytes, at + 9, message.isSoldToWallets)
    },
  },
  authorized: {
    size: 53,
    read: (bytes, at, ids) => ({
      seq: readU32(bytes, at + 1),
      status: readU8(bytes, at + 5),
      keyId: ids.read(bytes, at + 6),
      accountId: ids.read(bytes, at + 22),
      expiresInMs: readU64(bytes, at + 38),
      isModelBound: readU8(bytes, at + 46),
      isRouteBound: readU8(bytes, at + 47),
      isAddressBound: readU8(bytes, at + 48),
      multiplier: readU32(bytes, at + 49),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeU8(bytes, at + 5, message.status)
      writeUuid(bytes, at + 6, message.keyId)
      writeUuid(bytes, at + 22, message.accountId)
      writeU64(bytes, at + 38, message.expiresInMs)
      writeU8(bytes, at + 46, message.isModelBound)
      writeU8(bytes, at + 47, message.isRouteBound)
      writeU8(bytes, at + 48, message.isAddressBound)
      writeU32(bytes, at + 49, message.multiplier)
    },
  },
  allowed: {
    size: 9,
    read: (bytes, at) => ({
      seq: readU32(bytes, at + 1),
      modelSerial: readU32(bytes, at + 5),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeU32(bytes, at + 5, message.modelSerial)
    },
  },
  routable: {
    size: 9,
    read: (bytes, at) => ({
      seq: readU32(bytes, at + 1),
      upstreamSerial: readU32(bytes, at + 5),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeU32(bytes, at + 5, message.upstreamSerial)
    },
  },
  within: {
    size: 22,
    read: (bytes, at) => ({
      seq: readU32(bytes, at + 1),
      word0: readU32(bytes, at + 5),
      word1: readU32(bytes, at + 9),
      word2: readU32(bytes, at + 13),
      word3: readU32(bytes, at + 17),
      prefix: readU8(bytes, at + 21),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeU32(bytes, at + 5, message.word0)
      writeU32(bytes, at + 9, message.word1)
      writeU32(bytes, at + 13, message.word2)
      writeU32(bytes, at + 17, message.word3)
      writeU8(bytes, at + 21, message.prefix)
    },
  },
  granted: {
    size: 37,
    read: (bytes, at) => ({
      seq: readU32(bytes, at + 1),
      day: readU32(bytes, at + 5),
      heldAt: readU32(bytes, at + 9),
      limitRequests: readU32(bytes, at + 13),
      remainingRequests: readU32(bytes, at + 17),
      resetRequestsMs: readU32(bytes, at + 21),
      limitTokens: readU32(bytes, at + 25),
      remainingTokens: readU32(bytes, at + 29),
      resetTokensMs: readU32(bytes, at + 33),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeU32(bytes, at + 5, message.day)
      writeU32(bytes, at + 9, message.heldAt)
      writeU32(bytes, at + 13, message.limitRequests)
      writeU32(bytes, at + 17, message.remainingRequests)
      writeU32(bytes, at + 21, message.resetRequestsMs)
      writeU32(bytes, at + 25, message.limitTokens)
      writeU32(bytes, at + 29, message.remainingTokens)
      writeU32(bytes, at + 33, message.resetTokensMs)
    },
  },
  refused: {
    size: 52,
    read: (bytes, at) => ({
      seq: readU32(bytes, at + 1),
      reason: readU8(bytes, at + 5),
      retryAfterMs: readU32(bytes, at + 6),
      limit: readU32(bytes, at + 10),
      budgetOwner: readU8(bytes, at + 14),
      budgetWindow: readU8(bytes, at + 15),
      budget: readMoney(bytes, at + 16),
      budgetEndsAt: readU32(bytes, at + 24),
      limitRequests: readU32(bytes, at + 28),
      remainingRequests: readU32(bytes, at + 32),
      resetRequestsMs: readU32(bytes, at + 36),
      limitTokens: readU32(bytes, at + 40),
      remainingTokens: readU32(bytes, at + 44),
      resetTokensMs: readU32(bytes, at + 48),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeU8(bytes, at + 5, message.reason)
      writeU32(bytes, at + 6, message.retryAfterMs)
      writeU32(bytes, at + 10, message.limit)
      writeU8(bytes, at + 14, message.budgetOwner)
      writeU8(bytes, at + 15, message.budgetWindow)
      writeMoney(bytes, at + 16, message.budget)
      writeU32(bytes, at + 24, message.budgetEndsAt)
      writeU32(bytes, at + 28, message.limitRequests)
      writeU32(bytes, at + 32, message.remainingRequests)
      writeU32(bytes, at + 36, message.resetRequestsMs)
      writeU32(bytes, at + 40, message.limitTokens)
      writeU32(bytes, at + 44, message.remainingTokens)
      writeU32(bytes, at + 48, message.resetTokensMs)
    },
  },
  settled: {
    size: 5,
    read: (bytes, at) => ({
      seq: readU32(bytes, at + 1),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
    },
  },
  revoke: {
    size: 17,
    read: (bytes, at, ids) => ({
      keyId: ids.read(bytes, at + 1),
    }),
    write: (bytes, at, message) => {
      writeUuid(bytes, at + 1, message.keyId)
    },
  },
  revokeAccount: {
    size: 17,
    read: (bytes, at, ids) => ({
      accountId: ids.read(bytes, at + 1),
    }),
    write: (bytes, at, message) => {
      writeUuid(bytes, at + 1, message.accountId)
    },
  },
  forget: {
    size: 1,
    read: () => ({}),
    write: () => undefined,
  },
  keyless: {
    size: 145,
    read: (bytes, at) => ({
      chainId: readU64(bytes, at + 1),
      asset: readHash(bytes, at + 9),
      payTo: readHash(bytes, at + 41),
      minimum: readMoney(bytes, at + 73),
      tokenName: readHash(bytes, at + 81),
      tokenVersion: readHash(bytes, at + 113),
    }),
    write: (bytes, at, message) => {
      writeU64(bytes, at + 1, message.chainId)
      writeHash(bytes, at + 9, message.asset)
      writeHash(bytes, at + 41, message.payTo)
      writeMoney(bytes, at + 73, message.minimum)
      writeHash(bytes, at + 81, message.tokenName)
      writeHash(bytes, at + 113, message.tokenVersion)
    },
  },
  paid: {
    size: 74,
    read: (bytes, at, ids) => ({
      seq: readU32(bytes, at + 1),
      status: readU8(bytes, at + 5),
      keyId: ids.read(bytes, at + 6),
      accountId: ids.read(bytes, at + 22),
      multiplier: readU32(bytes, at + 38),
      transaction: readHash(bytes, at + 42),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeU8(bytes, at + 5, message.status)
      writeUuid(bytes, at + 6, message.keyId)
      writeUuid(bytes, at + 22, message.accountId)
      writeU32(bytes, at + 38, message.multiplier)
      writeHash(bytes, at + 42, message.transaction)
    },
  },
}
