// Written by tests/tidy/write-channel-code.ts from messages.ts.
import { money, readHash, readU64, readUuid, u8, u16, u32, writeHash, writeRecurring, writeU64, writeUuid } from '../fields.ts'
import type { GATEWAY_MESSAGES } from '../messages.ts'
import type { Spelled } from './spelled.ts'

/** Messages of GATEWAY_MESSAGES, field by field. */
export const SPELLED_GATEWAY: Spelled<typeof GATEWAY_MESSAGES> = {
  hello: {
    size: 21,
    read: (block, at) => ({
      gatewayId: readUuid(block, at + 1),
      pid: block.view.getUint32(at + 17, true),
    }),
    write: (block, at, message) => {
      writeUuid(block, at + 1, message.gatewayId)
      block.view.setUint32(at + 17, u32(message.pid), true)
    },
  },
  authorize: {
    size: 37,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      keyHash: readHash(block, at + 5),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      writeHash(block, at + 5, message.keyHash)
    },
  },
  hold: {
    size: 95,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      requestId: readUuid(block, at + 5),
      keyId: block.ids.read(block, at + 21),
      accountId: block.ids.read(block, at + 37),
      modelSerial: block.view.getUint32(at + 53, true),
      priceVersion: block.view.getUint32(at + 57, true),
      multiplier: block.view.getUint32(at + 61, true),
      serviceTier: block.view.getUint8(at + 65),
      amount: block.view.getBigInt64(at + 66, true),
      tokens: block.view.getUint32(at + 74, true),
      startedAt: readU64(block, at + 78),
      ipTag: readU64(block, at + 86),
      isPart: block.view.getUint8(at + 94),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      writeUuid(block, at + 5, message.requestId)
      writeRecurring(block, at + 21, message.keyId)
      writeRecurring(block, at + 37, message.accountId)
      block.view.setUint32(at + 53, u32(message.modelSerial), true)
      block.view.setUint32(at + 57, u32(message.priceVersion), true)
      block.view.setUint32(at + 61, u32(message.multiplier), true)
      block.view.setUint8(at + 65, u8(message.serviceTier))
      block.view.setBigInt64(at + 66, money(message.amount), true)
      block.view.setUint32(at + 74, u32(message.tokens), true)
      writeU64(block, at + 78, message.startedAt)
      writeU64(block, at + 86, message.ipTag)
      block.view.setUint8(at + 94, u8(message.isPart))
    },
  },
  renew: {
    size: 103,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      requestId: readUuid(block, at + 5),
      keyId: block.ids.read(block, at + 21),
      accountId: block.ids.read(block, at + 37),
      modelSerial: block.view.getUint32(at + 53, true),
      priceVersion: block.view.getUint32(at + 57, true),
      multiplier: block.view.getUint32(at + 61, true),
      serviceTier: block.view.getUint8(at + 65),
      amount: block.view.getBigInt64(at + 66, true),
      tokens: block.view.getUint32(at + 74, true),
      startedAt: readU64(block, at + 78),
      ipTag: readU64(block, at + 86),
      isPart: block.view.getUint8(at + 94),
      day: block.view.getUint32(at + 95, true),
      heldAt: block.view.getUint32(at + 99, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      writeUuid(block, at + 5, message.requestId)
      writeRecurring(block, at + 21, message.keyId)
      writeRecurring(block, at + 37, message.accountId)
      block.view.setUint32(at + 53, u32(message.modelSerial), true)
      block.view.setUint32(at + 57, u32(message.priceVersion), true)
      block.view.setUint32(at + 61, u32(message.multiplier), true)
      block.view.setUint8(at + 65, u8(message.serviceTier))
      block.view.setBigInt64(at + 66, money(message.amount), true)
      block.view.setUint32(at + 74, u32(message.tokens), true)
      writeU64(block, at + 78, message.startedAt)
      writeU64(block, at + 86, message.ipTag)
      block.view.setUint8(at + 94, u8(message.isPart))
      block.view.setUint32(at + 95, u32(message.day), true)
      block.view.setUint32(at + 99, u32(message.heldAt), true)
    },
  },
  progress: {
    size: 77,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      routeSerial: block.view.getUint32(at + 5, true),
      input: block.view.getUint32(at + 9, true),
      cacheRead: block.view.getUint32(at + 13, true),
      cacheWrite5m: block.view.getUint32(at + 17, true),
      cacheWrite1h: block.view.getUint32(at + 21, true),
      output: block.view.getUint32(at + 25, true),
      reasoning: block.view.getUint32(at + 29, true),
      imageInput: block.view.getUint32(at + 33, true),
      audioInput: block.view.getUint32(at + 37, true),
      imageOutput: block.view.getUint32(at + 41, true),
      audioOutput: block.view.getUint32(at + 45, true),
      embedding: block.view.getUint32(at + 49, true),
      images: block.view.getUint32(at + 53, true),
      webSearches: block.view.getUint32(at + 57, true),
      toolCalls: block.view.getUint32(at + 61, true),
      calls: block.view.getUint32(at + 65, true),
      audioSeconds: block.view.getUint32(at + 69, true),
      characters: block.view.getUint32(at + 73, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      block.view.setUint32(at + 5, u32(message.routeSerial), true)
      block.view.setUint32(at + 9, u32(message.input), true)
      block.view.setUint32(at + 13, u32(message.cacheRead), true)
      block.view.setUint32(at + 17, u32(message.cacheWrite5m), true)
      block.view.setUint32(at + 21, u32(message.cacheWrite1h), true)
      block.view.setUint32(at + 25, u32(message.output), true)
      block.view.setUint32(at + 29, u32(message.reasoning), true)
      block.view.setUint32(at + 33, u32(message.imageInput), true)
      block.view.setUint32(at + 37, u32(message.audioInput), true)
      block.view.setUint32(at + 41, u32(message.imageOutput), true)
      block.view.setUint32(at + 45, u32(message.audioOutput), true)
      block.view.setUint32(at + 49, u32(message.embedding), true)
      block.view.setUint32(at + 53, u32(message.images), true)
      block.view.setUint32(at + 57, u32(message.webSearches), true)
      block.view.setUint32(at + 61, u32(message.toolCalls), true)
      block.view.setUint32(at + 65, u32(message.calls), true)
      block.view.setUint32(at + 69, u32(message.audioSeconds), true)
      block.view.setUint32(at + 73, u32(message.characters), true)
    },
  },
  settle: {
    size: 198,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      requestId: readUuid(block, at + 5),
      keyId: block.ids.read(block, at + 21),
      accountId: block.ids.read(block, at + 37),
      modelSerial: block.view.getUint32(at + 53, true),
      priceVersion: block.view.getUint32(at + 57, true),
      multiplier: block.view.getUint32(at + 61, true),
      serviceTier: block.view.getUint8(at + 65),
      amount: block.view.getBigInt64(at + 66, true),
      tokens: block.view.getUint32(at + 74, true),
      startedAt: readU64(block, at + 78),
      ipTag: readU64(block, at + 86),
      isPart: block.view.getUint8(at + 94),
      day: block.view.getUint32(at + 95, true),
      heldAt: block.view.getUint32(at + 99, true),
      routeSerial: block.view.getUint32(at + 103, true),
      outcome: block.view.getUint8(at + 107),
      status: block.view.getUint16(at + 108, true),
      usageSource: block.view.getUint8(at + 110),
      reportedModel: block.view.getUint8(at + 111),
      isStream: block.view.getUint8(at + 112),
      isSuspect: block.view.getUint8(at + 113),
      latencyMs: block.view.getUint32(at + 114, true),
      firstByteMs: block.view.getUint32(at + 118, true),
      reportedInput: block.view.getUint32(at + 122, true),
      reportedOutput: block.view.getUint32(at + 126, true),
      input: block.view.getUint32(at + 130, true),
      cacheRead: block.view.getUint32(at + 134, true),
      cacheWrite5m: block.view.getUint32(at + 138, true),
      cacheWrite1h: block.view.getUint32(at + 142, true),
      output: block.view.getUint32(at + 146, true),
      reasoning: block.view.getUint32(at + 150, true),
      imageInput: block.view.getUint32(at + 154, true),
      audioInput: block.view.getUint32(at + 158, true),
      imageOutput: block.view.getUint32(at + 162, true),
      audioOutput: block.view.getUint32(at + 166, true),
      embedding: block.view.getUint32(at + 170, true),
      images: block.view.getUint32(at + 174, true),
      webSearches: block.view.getUint32(at + 178, true),
      toolCalls: block.view.getUint32(at + 182, true),
      calls: block.view.getUint32(at + 186, true),
      audioSeconds: block.view.getUint32(at + 190, true),
      characters: block.view.getUint32(at + 194, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      writeUuid(block, at + 5, message.requestId)
      writeRecurring(block, at + 21, message.keyId)
      writeRecurring(block, at + 37, message.accountId)
      block.view.setUint32(at + 53, u32(message.modelSerial), true)
      block.view.setUint32(at + 57, u32(message.priceVersion), true)
      block.view.setUint32(at + 61, u32(message.multiplier), true)
      block.view.setUint8(at + 65, u8(message.serviceTier))
      block.view.setBigInt64(at + 66, money(message.amount), true)
      block.view.setUint32(at + 74, u32(message.tokens), true)
      writeU64(block, at + 78, message.startedAt)
      writeU64(block, at + 86, message.ipTag)
      block.view.setUint8(at + 94, u8(message.isPart))
      block.view.setUint32(at + 95, u32(message.day), true)
      block.view.setUint32(at + 99, u32(message.heldAt), true)
      block.view.setUint32(at + 103, u32(message.routeSerial), true)
      block.view.setUint8(at + 107, u8(message.outcome))
      block.view.setUint16(at + 108, u16(message.status), true)
      block.view.setUint8(at + 110, u8(message.usageSource))
      block.view.setUint8(at + 111, u8(message.reportedModel))
      block.view.setUint8(at + 112, u8(message.isStream))
      block.view.setUint8(at + 113, u8(message.isSuspect))
      block.view.setUint32(at + 114, u32(message.latencyMs), true)
      block.view.setUint32(at + 118, u32(message.firstByteMs), true)
      block.view.setUint32(at + 122, u32(message.reportedInput), true)
      block.view.setUint32(at + 126, u32(message.reportedOutput), true)
      block.view.setUint32(at + 130, u32(message.input), true)
      block.view.setUint32(at + 134, u32(message.cacheRead), true)
      block.view.setUint32(at + 138, u32(message.cacheWrite5m), true)
      block.view.setUint32(at + 142, u32(message.cacheWrite1h), true)
      block.view.setUint32(at + 146, u32(message.output), true)
      block.view.setUint32(at + 150, u32(message.reasoning), true)
      block.view.setUint32(at + 154, u32(message.imageInput), true)
      block.view.setUint32(at + 158, u32(message.audioInput), true)
      block.view.setUint32(at + 162, u32(message.imageOutput), true)
      block.view.setUint32(at + 166, u32(message.audioOutput), true)
      block.view.setUint32(at + 170, u32(message.embedding), true)
      block.view.setUint32(at + 174, u32(message.images), true)
      block.view.setUint32(at + 178, u32(message.webSearches), true)
      block.view.setUint32(at + 182, u32(message.toolCalls), true)
      block.view.setUint32(at + 186, u32(message.calls), true)
      block.view.setUint32(at + 190, u32(message.audioSeconds), true)
      block.view.setUint32(at + 194, u32(message.characters), true)
    },
  },
  routeHealth: {
    size: 31,
    read: (block, at) => ({
      routeSerial: block.view.getUint32(at + 1, true),
      state: block.view.getUint8(at + 5),
      restMs: block.view.getUint32(at + 6, true),
      inFlight: block.view.getUint32(at + 10, true),
      latencyMs: block.view.getUint32(at + 14, true),
      lastTrouble: block.view.getUint8(at + 18),
      attempts: block.view.getUint32(at + 19, true),
      failures: block.view.getUint32(at + 23, true),
      otherModels: block.view.getUint32(at + 27, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.routeSerial), true)
      block.view.setUint8(at + 5, u8(message.state))
      block.view.setUint32(at + 6, u32(message.restMs), true)
      block.view.setUint32(at + 10, u32(message.inFlight), true)
      block.view.setUint32(at + 14, u32(message.latencyMs), true)
      block.view.setUint8(at + 18, u8(message.lastTrouble))
      block.view.setUint32(at + 19, u32(message.attempts), true)
      block.view.setUint32(at + 23, u32(message.failures), true)
      block.view.setUint32(at + 27, u32(message.otherModels), true)
    },
  },
  keyHealth: {
    size: 17,
    read: (block, at) => ({
      upstreamSerial: block.view.getUint32(at + 1, true),
      keyIndex: block.view.getUint16(at + 5, true),
      state: block.view.getUint8(at + 7),
      restMs: block.view.getUint32(at + 8, true),
      inFlight: block.view.getUint32(at + 12, true),
      lastTrouble: block.view.getUint8(at + 16),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.upstreamSerial), true)
      block.view.setUint16(at + 5, u16(message.keyIndex), true)
      block.view.setUint8(at + 7, u8(message.state))
      block.view.setUint32(at + 8, u32(message.restMs), true)
      block.view.setUint32(at + 12, u32(message.inFlight), true)
      block.view.setUint8(at + 16, u8(message.lastTrouble))
    },
  },
  timed: {
    size: 14,
    read: (block, at) => ({
      place: block.view.getUint8(at + 1),
      count: block.view.getUint32(at + 2, true),
      micros: readU64(block, at + 6),
    }),
    write: (block, at, message) => {
      block.view.setUint8(at + 1, u8(message.place))
      block.view.setUint32(at + 2, u32(message.count), true)
      writeU64(block, at + 6, message.micros)
    },
  },
  resumed: {
    size: 5,
    read: (block, at) => ({
      open: block.view.getUint32(at + 1, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.open), true)
    },
  },
  pay: {
    size: 238,
    read: (block, at) => ({
      seq: block.view.getUint32(at + 1, true),
      chainId: readU64(block, at + 5),
      asset: readHash(block, at + 13),
      from: readHash(block, at + 45),
      to: readHash(block, at + 77),
      value: block.view.getBigInt64(at + 109, true),
      validAfter: readU64(block, at + 117),
      validBefore: readU64(block, at + 125),
      nonce: readHash(block, at + 133),
      signatureR: readHash(block, at + 165),
      signatureS: readHash(block, at + 197),
      signatureV: block.view.getUint8(at + 229),
      needed: block.view.getBigInt64(at + 230, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.seq), true)
      writeU64(block, at + 5, message.chainId)
      writeHash(block, at + 13, message.asset)
      writeHash(block, at + 45, message.from)
      writeHash(block, at + 77, message.to)
      block.view.setBigInt64(at + 109, money(message.value), true)
      writeU64(block, at + 117, message.validAfter)
      writeU64(block, at + 125, message.validBefore)
      writeHash(block, at + 133, message.nonce)
      writeHash(block, at + 165, message.signatureR)
      writeHash(block, at + 197, message.signatureS)
      block.view.setUint8(at + 229, u8(message.signatureV))
      block.view.setBigInt64(at + 230, money(message.needed), true)
    },
  },
  vitals: {
    size: 25,
    read: (block, at) => ({
      residentKib: block.view.getUint32(at + 1, true),
      loopDelayMicros: block.view.getUint32(at + 5, true),
      cpuMillis: readU64(block, at + 9),
      refused: block.view.getUint32(at + 17, true),
      handedOver: block.view.getUint32(at + 21, true),
    }),
    write: (block, at, message) => {
      block.view.setUint32(at + 1, u32(message.residentKib), true)
      block.view.setUint32(at + 5, u32(message.loopDelayMicros), true)
      writeU64(block, at + 9, message.cpuMillis)
      block.view.setUint32(at + 17, u32(message.refused), true)
      block.view.setUint32(at + 21, u32(message.handedOver), true)
    },
  },
}
