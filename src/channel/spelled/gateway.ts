// Written by tests/tidy/write-channel-code.ts from messages.ts.
import {
  readHash,
  readMoney,
  readU8,
  readU16,
  readU32,
  readU64,
  readUuid,
  writeHash,
  writeMoney,
  writeU8,
  writeU16,
  writeU32,
  writeU64,
  writeUuid,
} from '../fields.ts'
import type { GATEWAY_MESSAGES } from '../messages.ts'
import type { Spelled } from './spelled.ts'

/** Messages of GATEWAY_MESSAGES, field by field. */
export const SPELLED_GATEWAY: Spelled<typeof GATEWAY_MESSAGES> = {
  hello: {
    size: 21,
    read: (bytes, at) => ({
      gatewayId: readUuid(bytes, at + 1),
      pid: readU32(bytes, at + 17),
    }),
    write: (bytes, at, message) => {
      writeUuid(bytes, at + 1, message.gatewayId)
      writeU32(bytes, at + 17, message.pid)
    },
  },
  authorize: {
    size: 37,
    read: (bytes, at) => ({
      seq: readU32(bytes, at + 1),
      keyHash: readHash(bytes, at + 5),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeHash(bytes, at + 5, message.keyHash)
    },
  },
  hold: {
    size: 95,
    read: (bytes, at, ids) => ({
      seq: readU32(bytes, at + 1),
      requestId: readUuid(bytes, at + 5),
      keyId: ids.read(bytes, at + 21),
      accountId: ids.read(bytes, at + 37),
      modelSerial: readU32(bytes, at + 53),
      priceVersion: readU32(bytes, at + 57),
      multiplier: readU32(bytes, at + 61),
      serviceTier: readU8(bytes, at + 65),
      amount: readMoney(bytes, at + 66),
      tokens: readU32(bytes, at + 74),
      startedAt: readU64(bytes, at + 78),
      ipTag: readU64(bytes, at + 86),
      isPart: readU8(bytes, at + 94),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeUuid(bytes, at + 5, message.requestId)
      writeUuid(bytes, at + 21, message.keyId)
      writeUuid(bytes, at + 37, message.accountId)
      writeU32(bytes, at + 53, message.modelSerial)
      writeU32(bytes, at + 57, message.priceVersion)
      writeU32(bytes, at + 61, message.multiplier)
      writeU8(bytes, at + 65, message.serviceTier)
      writeMoney(bytes, at + 66, message.amount)
      writeU32(bytes, at + 74, message.tokens)
      writeU64(bytes, at + 78, message.startedAt)
      writeU64(bytes, at + 86, message.ipTag)
      writeU8(bytes, at + 94, message.isPart)
    },
  },
  renew: {
    size: 103,
    read: (bytes, at, ids) => ({
      seq: readU32(bytes, at + 1),
      requestId: readUuid(bytes, at + 5),
      keyId: ids.read(bytes, at + 21),
      accountId: ids.read(bytes, at + 37),
      modelSerial: readU32(bytes, at + 53),
      priceVersion: readU32(bytes, at + 57),
      multiplier: readU32(bytes, at + 61),
      serviceTier: readU8(bytes, at + 65),
      amount: readMoney(bytes, at + 66),
      tokens: readU32(bytes, at + 74),
      startedAt: readU64(bytes, at + 78),
      ipTag: readU64(bytes, at + 86),
      isPart: readU8(bytes, at + 94),
      day: readU32(bytes, at + 95),
      heldAt: readU32(bytes, at + 99),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeUuid(bytes, at + 5, message.requestId)
      writeUuid(bytes, at + 21, message.keyId)
      writeUuid(bytes, at + 37, message.accountId)
      writeU32(bytes, at + 53, message.modelSerial)
      writeU32(bytes, at + 57, message.priceVersion)
      writeU32(bytes, at + 61, message.multiplier)
      writeU8(bytes, at + 65, message.serviceTier)
      writeMoney(bytes, at + 66, message.amount)
      writeU32(bytes, at + 74, message.tokens)
      writeU64(bytes, at + 78, message.startedAt)
      writeU64(bytes, at + 86, message.ipTag)
      writeU8(bytes, at + 94, message.isPart)
      writeU32(bytes, at + 95, message.day)
      writeU32(bytes, at + 99, message.heldAt)
    },
  },
  progress: {
    size: 77,
    read: (bytes, at) => ({
      seq: readU32(bytes, at + 1),
      routeSerial: readU32(bytes, at + 5),
      input: readU32(bytes, at + 9),
      cacheRead: readU32(bytes, at + 13),
      cacheWrite5m: readU32(bytes, at + 17),
      cacheWrite1h: readU32(bytes, at + 21),
      output: readU32(bytes, at + 25),
      reasoning: readU32(bytes, at + 29),
      imageInput: readU32(bytes, at + 33),
      audioInput: readU32(bytes, at + 37),
      imageOutput: readU32(bytes, at + 41),
      audioOutput: readU32(bytes, at + 45),
      embedding: readU32(bytes, at + 49),
      images: readU32(bytes, at + 53),
      webSearches: readU32(bytes, at + 57),
      toolCalls: readU32(bytes, at + 61),
      calls: readU32(bytes, at + 65),
      audioSeconds: readU32(bytes, at + 69),
      characters: readU32(bytes, at + 73),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeU32(bytes, at + 5, message.routeSerial)
      writeU32(bytes, at + 9, message.input)
      writeU32(bytes, at + 13, message.cacheRead)
      writeU32(bytes, at + 17, message.cacheWrite5m)
      writeU32(bytes, at + 21, message.cacheWrite1h)
      writeU32(bytes, at + 25, message.output)
      writeU32(bytes, at + 29, message.reasoning)
      writeU32(bytes, at + 33, message.imageInput)
      writeU32(bytes, at + 37, message.audioInput)
      writeU32(bytes, at + 41, message.imageOutput)
      writeU32(bytes, at + 45, message.audioOutput)
      writeU32(bytes, at + 49, message.embedding)
      writeU32(bytes, at + 53, message.images)
      writeU32(bytes, at + 57, message.webSearches)
      writeU32(bytes, at + 61, message.toolCalls)
      writeU32(bytes, at + 65, message.calls)
      writeU32(bytes, at + 69, message.audioSeconds)
      writeU32(bytes, at + 73, message.characters)
    },
  },
  settle: {
    size: 198,
    read: (bytes, at, ids) => ({
      seq: readU32(bytes, at + 1),
      requestId: readUuid(bytes, at + 5),
      keyId: ids.read(bytes, at + 21),
      accountId: ids.read(bytes, at + 37),
      modelSerial: readU32(bytes, at + 53),
      priceVersion: readU32(bytes, at + 57),
      multiplier: readU32(bytes, at + 61),
      serviceTier: readU8(bytes, at + 65),
      amount: readMoney(bytes, at + 66),
      tokens: readU32(bytes, at + 74),
      startedAt: readU64(bytes, at + 78),
      ipTag: readU64(bytes, at + 86),
      isPart: readU8(bytes, at + 94),
      day: readU32(bytes, at + 95),
      heldAt: readU32(bytes, at + 99),
      routeSerial: readU32(bytes, at + 103),
      outcome: readU8(bytes, at + 107),
      status: readU16(bytes, at + 108),
      usageSource: readU8(bytes, at + 110),
      reportedModel: readU8(bytes, at + 111),
      isStream: readU8(bytes, at + 112),
      isSuspect: readU8(bytes, at + 113),
      latencyMs: readU32(bytes, at + 114),
      firstByteMs: readU32(bytes, at + 118),
      reportedInput: readU32(bytes, at + 122),
      reportedOutput: readU32(bytes, at + 126),
      input: readU32(bytes, at + 130),
      cacheRead: readU32(bytes, at + 134),
      cacheWrite5m: readU32(bytes, at + 138),
      cacheWrite1h: readU32(bytes, at + 142),
      output: readU32(bytes, at + 146),
      reasoning: readU32(bytes, at + 150),
      imageInput: readU32(bytes, at + 154),
      audioInput: readU32(bytes, at + 158),
      imageOutput: readU32(bytes, at + 162),
      audioOutput: readU32(bytes, at + 166),
      embedding: readU32(bytes, at + 170),
      images: readU32(bytes, at + 174),
      webSearches: readU32(bytes, at + 178),
      toolCalls: readU32(bytes, at + 182),
      calls: readU32(bytes, at + 186),
      audioSeconds: readU32(bytes, at + 190),
      characters: readU32(bytes, at + 194),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeUuid(bytes, at + 5, message.requestId)
      writeUuid(bytes, at + 21, message.keyId)
      writeUuid(bytes, at + 37, message.accountId)
      writeU32(bytes, at + 53, message.modelSerial)
      writeU32(bytes, at + 57, message.priceVersion)
      writeU32(bytes, at + 61, message.multiplier)
      writeU8(bytes, at + 65, message.serviceTier)
      writeMoney(bytes, at + 66, message.amount)
      writeU32(bytes, at + 74, message.tokens)
      writeU64(bytes, at + 78, message.startedAt)
      writeU64(bytes, at + 86, message.ipTag)
      writeU8(bytes, at + 94, message.isPart)
      writeU32(bytes, at + 95, message.day)
      writeU32(bytes, at + 99, message.heldAt)
      writeU32(bytes, at + 103, message.routeSerial)
      writeU8(bytes, at + 107, message.outcome)
      writeU16(bytes, at + 108, message.status)
      writeU8(bytes, at + 110, message.usageSource)
      writeU8(bytes, at + 111, message.reportedModel)
      writeU8(bytes, at + 112, message.isStream)
      writeU8(bytes, at + 113, message.isSuspect)
      writeU32(bytes, at + 114, message.latencyMs)
      writeU32(bytes, at + 118, message.firstByteMs)
      writeU32(bytes, at + 122, message.reportedInput)
      writeU32(bytes, at + 126, message.reportedOutput)
      writeU32(bytes, at + 130, message.input)
      writeU32(bytes, at + 134, message.cacheRead)
      writeU32(bytes, at + 138, message.cacheWrite5m)
      writeU32(bytes, at + 142, message.cacheWrite1h)
      writeU32(bytes, at + 146, message.output)
      writeU32(bytes, at + 150, message.reasoning)
      writeU32(bytes, at + 154, message.imageInput)
      writeU32(bytes, at + 158, message.audioInput)
      writeU32(bytes, at + 162, message.imageOutput)
      writeU32(bytes, at + 166, message.audioOutput)
      writeU32(bytes, at + 170, message.embedding)
      writeU32(bytes, at + 174, message.images)
      writeU32(bytes, at + 178, message.webSearches)
      writeU32(bytes, at + 182, message.toolCalls)
      writeU32(bytes, at + 186, message.calls)
      writeU32(bytes, at + 190, message.audioSeconds)
      writeU32(bytes, at + 194, message.characters)
    },
  },
  routeHealth: {
    size: 31,
    read: (bytes, at) => ({
      routeSerial: readU32(bytes, at + 1),
      state: readU8(bytes, at + 5),
      restMs: readU32(bytes, at + 6),
      inFlight: readU32(bytes, at + 10),
      latencyMs: readU32(bytes, at + 14),
      lastTrouble: readU8(bytes, at + 18),
      attempts: readU32(bytes, at + 19),
      failures: readU32(bytes, at + 23),
      otherModels: readU32(bytes, at + 27),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.routeSerial)
      writeU8(bytes, at + 5, message.state)
      writeU32(bytes, at + 6, message.restMs)
      writeU32(bytes, at + 10, message.inFlight)
      writeU32(bytes, at + 14, message.latencyMs)
      writeU8(bytes, at + 18, message.lastTrouble)
      writeU32(bytes, at + 19, message.attempts)
      writeU32(bytes, at + 23, message.failures)
      writeU32(bytes, at + 27, message.otherModels)
    },
  },
  keyHealth: {
    size: 17,
    read: (bytes, at) => ({
      upstreamSerial: readU32(bytes, at + 1),
      keyIndex: readU16(bytes, at + 5),
      state: readU8(bytes, at + 7),
      restMs: readU32(bytes, at + 8),
      inFlight: readU32(bytes, at + 12),
      lastTrouble: readU8(bytes, at + 16),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.upstreamSerial)
      writeU16(bytes, at + 5, message.keyIndex)
      writeU8(bytes, at + 7, message.state)
      writeU32(bytes, at + 8, message.restMs)
      writeU32(bytes, at + 12, message.inFlight)
      writeU8(bytes, at + 16, message.lastTrouble)
    },
  },
  timed: {
    size: 14,
    read: (bytes, at) => ({
      place: readU8(bytes, at + 1),
      count: readU32(bytes, at + 2),
      micros: readU64(bytes, at + 6),
    }),
    write: (bytes, at, message) => {
      writeU8(bytes, at + 1, message.place)
      writeU32(bytes, at + 2, message.count)
      writeU64(bytes, at + 6, message.micros)
    },
  },
  resumed: {
    size: 5,
    read: (bytes, at) => ({
      open: readU32(bytes, at + 1),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.open)
    },
  },
  pay: {
    size: 238,
    read: (bytes, at) => ({
      seq: readU32(bytes, at + 1),
      chainId: readU64(bytes, at + 5),
      asset: readHash(bytes, at + 13),
      from: readHash(bytes, at + 45),
      to: readHash(bytes, at + 77),
      value: readMoney(bytes, at + 109),
      validAfter: readU64(bytes, at + 117),
      validBefore: readU64(bytes, at + 125),
      nonce: readHash(bytes, at + 133),
      signatureR: readHash(bytes, at + 165),
      signatureS: readHash(bytes, at + 197),
      signatureV: readU8(bytes, at + 229),
      needed: readMoney(bytes, at + 230),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.seq)
      writeU64(bytes, at + 5, message.chainId)
      writeHash(bytes, at + 13, message.asset)
      writeHash(bytes, at + 45, message.from)
      writeHash(bytes, at + 77, message.to)
      writeMoney(bytes, at + 109, message.value)
      writeU64(bytes, at + 117, message.validAfter)
      writeU64(bytes, at + 125, message.validBefore)
      writeHash(bytes, at + 133, message.nonce)
      writeHash(bytes, at + 165, message.signatureR)
      writeHash(bytes, at + 197, message.signatureS)
      writeU8(bytes, at + 229, message.signatureV)
      writeMoney(bytes, at + 230, message.needed)
    },
  },
  vitals: {
    size: 25,
    read: (bytes, at) => ({
      residentKib: readU32(bytes, at + 1),
      loopDelayMicros: readU32(bytes, at + 5),
      cpuMillis: readU64(bytes, at + 9),
      refused: readU32(bytes, at + 17),
      handedOver: readU32(bytes, at + 21),
    }),
    write: (bytes, at, message) => {
      writeU32(bytes, at + 1, message.residentKib)
      writeU32(bytes, at + 5, message.loopDelayMicros)
      writeU64(bytes, at + 9, message.cpuMillis)
      writeU32(bytes, at + 17, message.refused)
      writeU32(bytes, at + 21, message.handedOver)
    },
  },
}
