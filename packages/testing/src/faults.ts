export {
  boastingStore,
  claimingStore,
  denyingStore,
  secondPasswordStore,
} from './faults/broken-stores.ts'
export type {
  AskedLater,
  FaultCampaign,
  FaultCount,
  FaultedReset,
  FaultLie,
  FaultReport,
  FaultRuns,
  FaultSubject,
  PlannedFault,
  SignsIn,
} from './faults/fault-campaign.ts'
export {
  askedLater,
  countFaults,
  publishFaults,
  resetUnderFault,
  runFaultCampaign,
  whoSignsIn,
} from './faults/fault-campaign.ts'
export { faultSeed, isReplay, randomNumbers } from './faults/fault-runs.ts'
export type { Framing } from './faults/message-ends.ts'
export {
  bytesIn,
  messageEnds,
  mysqlPackets,
  postgresMessages,
} from './faults/message-ends.ts'
export { cutDirections, cutsAtRecords, cutWays } from './faults/record-cuts.ts'
