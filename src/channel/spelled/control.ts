// Written by tests/tidy/write-channel-code.ts from messages.ts.
import { money, readHash, readU64, u8, u32, writeHash, writeRecurring, writeU64 } from '../fields.ts'
import type { CONTROL_MESSAGES } from '../messages.ts'
import type { Spelled } from './spelled.ts'

/** Messages of CONTROL_MESSAGES, field by field. */
export const SPELLED_CONTROL: Spelled<typeof CONTROL_MESSAGES> = {
  welcome: {
    size: 10,
    read: (block, at) => ({
      ipSalt: readU64(block, at + 1),
      isSoldToWallets: block.view.getUint8(at + 9),
    }),
    write: (block, at, message) => {
      writeU64(block, at + 1, message.ipSalt)
      block.view.setUint8(at + 9, u8(message.isSoldToWallets))
    },
  },
  authorized: {
    size: 53,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      status: block.view.getUint8(at + 5),
      keyId: block.ids.read(block, at + 6),
      accountId: block.ids.read(block, at + 22),
      expiresInMs: readU64(block, at + 38),
      isModelBound: block.view.getUint8(at + 46),
      isRouteBound: block.view.getUint8(at + 47),
      isAddressBound: block.view.getUint8(at + 48),
      multiplier: block.view.getUint32(at + 49, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      block.view.setUint8(at + 5, u8(message.status))
      writeRecurring(block, at + 6, message.keyId)
      writeRecurring(block, at + 22, message.accountId)
      writeU64(block, at + 38, message.expiresInMs)
      block.view.setUint8(at + 46, u8(message.isModelBound))
      block.view.setUint8(at + 47, u8(message.isRouteBound))
      block.view.setUint8(at + 48, u8(message.isAddressBound))
      block.view.setUint32(at + 49, u32(message.multiplier), true)
    },
  },
  allowed: {
    size: 9,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      modelSerial: block.view.getUint32(at + 5, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      block.view.setUint32(at + 5, u32(message.modelSerial), true)
    },
  },
  routable: {
    size: 9,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      upstreamSerial: block.view.getUint32(at + 5, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      block.view.setUint32(at + 5, u32(message.upstreamSerial), true)
    },
  },
  within: {
    size: 22,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      word0: block.view.getUint32(at + 5, true),
      word1: block.view.getUint32(at + 9, true),
      word2: block.view.getUint32(at + 13, true),
      word3: block.view.getUint32(at + 17, true),
      prefix: block.view.getUint8(at + 21),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      block.view.setUint32(at + 5, u32(message.word0), true)
      block.view.setUint32(at + 9, u32(message.word1), true)
      block.view.setUint32(at + 13, u32(message.word2), true)
      block.view.setUint32(at + 17, u32(message.word3), true)
      block.view.setUint8(at + 21, u8(message.prefix))
    },
  },
  granted: {
    size: 37,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      day: block.view.getUint32(at + 5, true),
      heldAt: block.view.getUint32(at + 9, true),
      limitRequests: block.view.getUint32(at + 13, true),
      remainingRequests: block.view.getUint32(at + 17, true),
      resetRequestsMs: block.view.getUint32(at + 21, true),
      limitTokens: block.view.getUint32(at + 25, true),
      remainingTokens: block.view.getUint32(at + 29, true),
      resetTokensMs: block.view.getUint32(at + 33, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      block.view.setUint32(at + 5, u32(message.day), true)
      block.view.setUint32(at + 9, u32(message.heldAt), true)
      block.view.setUint32(at + 13, u32(message.limitRequests), true)
      block.view.setUint32(at + 17, u32(message.remainingRequests), true)
      block.view.setUint32(at + 21, u32(message.resetRequestsMs), true)
      block.view.setUint32(at + 25, u32(message.limitTokens), true)
      block.view.setUint32(at + 29, u32(message.remainingTokens), true)
      block.view.setUint32(at + 33, u32(message.resetTokensMs), true)
    },
  },
  refused: {
    size: 52,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      reason: block.view.getUint8(at + 5),
      retryAfterMs: block.view.getUint32(at + 6, true),
      limit: block.view.getUint32(at + 10, true),
      budgetOwner: block.view.getUint8(at + 14),
      budgetWindow: block.view.getUint8(at + 15),
      budget: block.view.getBigInt64(at + 16, true),
      budgetEndsAt: block.view.getUint32(at + 24, true),
      limitRequests: block.view.getUint32(at + 28, true),
      remainingRequests: block.view.getUint32(at + 32, true),
      resetRequestsMs: block.view.getUint32(at + 36, true),
      limitTokens: block.view.getUint32(at + 40, true),
      remainingTokens: block.view.getUint32(at + 44, true),
      resetTokensMs: block.view.getUint32(at + 48, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      block.view.setUint8(at + 5, u8(message.reason))
      block.view.setUint32(at + 6, u32(message.retryAfterMs), true)
      block.view.setUint32(at + 10, u32(message.limit), true)
      block.view.setUint8(at + 14, u8(message.budgetOwner))
      block.view.setUint8(at + 15, u8(message.budgetWindow))
      block.view.setBigInt64(at + 16, money(message.budget), true)
      block.view.setUint32(at + 24, u32(message.budgetEndsAt), true)
      block.view.setUint32(at + 28, u32(message.limitRequests), true)
      block.view.setUint32(at + 32, u32(message.remainingRequests), true)
      block.view.setUint32(at + 36, u32(message.resetRequestsMs), true)
      block.view.setUint32(at + 40, u32(message.limitTokens), true)
      block.view.setUint32(at + 44, u32(message.remainingTokens), true)
      block.view.setUint32(at + 48, u32(message.resetTokensMs), true)
    },
  },
  settled: {
    size: 5,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
    },
  },
  revoke: {
    size: 17,
    read: (block, at) => ({
      keyId: block.ids.read(block, at + 1),
    }),
    write: (block, at, message) => {
      writeRecurring(block, at + 1, message.keyId)
    },
  },
  revokeAccount: {
    size: 17,
    read: (block, at) => ({
      accountId: block.ids.read(block, at + 1),
    }),
    write: (block, at, message) => {
      writeRecurring(block, at + 1, message.accountId)
    },
  },
  forget: {
    size: 1,
    read: () => ({}),
    write: () => undefined,
  },
  keyless: {
    size: 145,
    read: (block, at) => ({
      chainId: readU64(block, at + 1),
      asset: readHash(block, at + 9),
      payTo: readHash(block, at + 41),
      minimum: block.view.getBigInt64(at + 73, true),
      tokenName: readHash(block, at + 81),
      tokenVersion: readHash(block, at + 113),
    }),
    write: (block, at, message) => {
      writeU64(block, at + 1, message.chainId)
      writeHash(block, at + 9, message.asset)
      writeHash(block, at + 41, message.payTo)
      block.view.setBigInt64(at + 73, money(message.minimum), true)
      writeHash(block, at + 81, message.tokenName)
      writeHash(block, at + 113, message.tokenVersion)
    },
  },
  paid: {
    size: 74,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      status: block.view.getUint8(at + 5),
      keyId: block.ids.read(block, at + 6),
      accountId: block.ids.read(block, at + 22),
      multiplier: block.view.getUint32(at + 38, true),
      transaction: readHash(block, at + 42),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      block.view.setUint8(at + 5, u8(message.status))
      writeRecurring(block, at + 6, message.keyId)
      writeRecurring(block, at + 22, message.accountId)
      block.view.setUint32(at + 38, u32(message.multiplier), true)
      writeHash(block, at + 42, message.transaction)
    },
  },
}
