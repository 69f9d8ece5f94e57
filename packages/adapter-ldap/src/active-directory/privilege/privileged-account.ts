import { bytes, type Entry, isTrue, text, texts } from '../../connection/entry.ts'
import { GroupUnreadable } from '../../dialect/privileged-groups.ts'
import type { Reason } from '../../explain/explanation.ts'
import { mayReadPrivilege } from './access-rights.ts'
import { accountFlags, hasFlag } from './account-flags.ts'
import type { PrivilegedSids } from './privileged-members.ts'
import { isBuiltInAccount, isPrivilegedSid, sidText } from './sid.ts'

/** What a site lets through that is refused otherwise. */
export interface PrivilegeChoices {
  readonly resetServiceAccounts?: boolean | undefined
  readonly resetFormerAdministrators?: boolean | undefined
}

/**
 * What an account is judged by, read together with the account.
 *
 * Ordinary people have some attributes that look like privilege. These are not read.
 * `DONT_REQ_PREAUTH` and `altSecurityIdentities` weaken or extend the sign-in of one account, and
 * give no right over others. Everybody who uses Windows Hello has `msDS-KeyCredentialLink`.
 * `NOT_DELEGATED` protects an account. `managedObjects` also names the groups and rooms that
 * ordinary people look after.
 *
 * Computers, trusts and managed service accounts are no users, group managed and delegated ones
 * included. Their `sAMAccountType` is another one, and every search demands that of users.
 */
export const privilegeAttributes: readonly string[] = [
  'objectSid',
  'isCriticalSystemObject',
  'tokenGroups',
  'sIDHistory',
  'msDS-AllowedToDelegateTo',
  'adminCount',
  'nTSecurityDescriptor',
  // A mark that a service runs as this account.
  'servicePrincipalName',
  'msDS-AllowedToActOnBehalfOfOtherIdentity',
  'msDS-SupersededManagedAccountLink',
  'msDS-SupersededServiceAccountState',
]

/**
 * Why an account is privileged; `undefined` for an ordinary one. In doubt it is privileged.
 *
 * @throws {GroupUnreadable} where the groups of the account cannot be read.
 * @example
 * const reason = privilegeOf(entry, yield* privilegedSids(options, baseDn), options)
 */
export function privilegeOf(
  entry: Entry,
  sids: PrivilegedSids,
  { resetServiceAccounts = false, resetFormerAdministrators = false }: PrivilegeChoices,
): Reason | undefined {
  const own = textOf(bytes(entry, 'objectSid'))
  // An operator who resets the service account has all its rights.
  if (own !== undefined && sids.own.has(own)) return ownServiceAccount
  if (isBuiltIn(entry, own)) return builtInAccount
  const group = groupsOf(entry).find((sid) => isPrivileged(sid, sids))
  if (group !== undefined) return privilegedMember(group)
  const former = sidsIn(entry, 'sIDHistory').find((sid) => isPrivileged(sid, sids))
  if (former !== undefined) return privilegedSidHistory(former)
  if (own !== undefined && sids.accounts.has(own)) return privilegedAccount
  if (mayDelegate(entry)) return trustedForDelegation
  if (isDirectorySync(entry)) return directorySyncAccount
  if (!resetServiceAccounts && isServiceAccount(entry)) return serviceAccount
  // 0 is written by hand, where somebody takes the mark away.
  if (!resetFormerAdministrators && !['0', undefined].includes(text(entry, 'adminCount')))
    return formerAdministrator
  return own === undefined || !canBeJudged(entry, sids.own) ? privilegeUnreadable : undefined
}

/** krbtgt_*, with which read-only controllers and Entra ID sign tickets, has no fixed number. */
function isBuiltIn(entry: Entry, own: string | undefined): boolean {
  return (
    isTrue(entry, 'isCriticalSystemObject') ||
    (own !== undefined && isBuiltInAccount(own)) ||
    /^krbtgt(?:_|$)/i.test(text(entry, 'sAMAccountName') ?? '')
  )
}

/**
 * All groups of an account, nested ones and the primary one included. Everybody is in one group at
 * least. An account that seems to be in none could be in any.
 */
function groupsOf(entry: Entry): readonly (string | undefined)[] {
  const groups = sidsIn(entry, 'tokenGroups')
  if (groups.length === 0) throw new GroupUnreadable()
  return groups
}

/** An identifier of an account gives the rights of that account, too. */
function isPrivileged(sid: string | undefined, { groups, accounts }: PrivilegedSids): boolean {
  return sid === undefined || isPrivilegedSid(sid) || groups.has(sid) || accounts.has(sid)
}

/** The account can act for everybody who uses its services, or for anybody. */
function mayDelegate(entry: Entry): boolean {
  const { trustedForDelegation: any, trustedToDelegate: unasked } = accountFlags
  return (
    hasFlag(entry, 'userAccountControl', any | unasked) === true ||
    texts(entry, 'msDS-AllowedToDelegateTo').length > 0
  )
}

/** Entra Connect gives the account that reads every password such a name. */
function isDirectorySync(entry: Entry): boolean {
  return /^(?:MSOL|AAD)_[0-9a-f]{12}$/i.test(text(entry, 'sAMAccountName') ?? '')
}

/**
 * A service runs as this account. The account has a name in Kerberos, or others may use their
 * identity at it, or a delegated managed service account has taken its place.
 */
function isServiceAccount(entry: Entry): boolean {
  return (
    texts(entry, 'servicePrincipalName').length > 0 ||
    bytes(entry, 'msDS-AllowedToActOnBehalfOfOtherIdentity') !== undefined ||
    bytes(entry, 'msDS-SupersededManagedAccountLink') !== undefined ||
    !['0', undefined].includes(text(entry, 'msDS-SupersededServiceAccountState'))
  )
}

/** Whether an attribute that did not come is absent, and not hidden. */
function canBeJudged(entry: Entry, own: ReadonlySet<string>): boolean {
  const descriptor = bytes(entry, 'nTSecurityDescriptor')
  return descriptor !== undefined && mayReadPrivilege(descriptor, own)
}

function sidsIn(entry: Entry, attribute: string): readonly (string | undefined)[] {
  return (entry.attributes.get(attribute.toLowerCase()) ?? []).map(sidText)
}

function textOf(sid: Buffer | undefined): string | undefined {
  return sid && sidText(sid)
}

const somebodyElse = 'Have the reset done by an administrator of the domain.'

const ownServiceAccount: Reason = {
  key: 'own_service_account',
  what: 'This is the service account that this application signs in as.',
  cure: somebodyElse,
}

const builtInAccount: Reason = {
  key: 'built_in_account',
  what: 'This account belongs to the domain itself, and to no person.',
  cure: somebodyElse,
}

function privilegedMember(group: string | undefined): Reason {
  return {
    key: 'privileged_member',
    what: `This account is in a privileged group${shown(group)}, directly or by another group.`,
    cure: `${somebodyElse} Or take the account out of that group, if it need not be there.`,
    ...parameter('group', group),
  }
}

function privilegedSidHistory(former: string | undefined): Reason {
  return {
    key: 'privileged_sid_history',
    what: `This account has the rights of a privileged identifier${shown(former)} (sIDHistory).`,
    cure: `${somebodyElse} Or remove that value of sIDHistory, if nothing needs it any more.`,
    ...parameter('former', former),
  }
}

function shown(sid: string | undefined): string {
  return sid === undefined ? '' : ` (${sid})`
}

function parameter(name: string, sid: string | undefined): Pick<Reason, 'parameters'> {
  return sid === undefined ? {} : { parameters: { [name]: sid } }
}

const privilegedAccount: Reason = {
  key: 'privileged_account',
  what: 'This account is named in privilegedAccounts.',
  cure: somebodyElse,
}

const trustedForDelegation: Reason = {
  key: 'trusted_for_delegation',
  what: 'This account may act for other people (delegation).',
  cure: `${somebodyElse} Or take the delegation away, if no service needs it.`,
}

const directorySyncAccount: Reason = {
  key: 'directory_sync_account',
  what: 'This account copies passwords to Entra ID. Its name says so.',
  cure: somebodyElse,
}

const serviceAccount: Reason = {
  key: 'service_account',
  what: 'A service signs in as this account (servicePrincipalName). A reset stops that service.',
  cure:
    'Change the password where the service is configured. ' +
    'With resetServiceAccounts: true such accounts are reset here.',
}

const formerAdministrator: Reason = {
  key: 'former_administrator',
  what:
    'This account was in an administrative group once (adminCount), ' +
    'and is in none that can be seen now.',
  cure:
    'If the account is an ordinary one, remove adminCount and let its access list inherit again. ' +
    'With resetFormerAdministrators: true such accounts are reset here.',
}

const privilegeUnreadable: Reason = {
  key: 'privilege_unreadable',
  what:
    'The service account may not read everything that tells whether this account is privileged. ' +
    'So the account counts as privileged.',
  cure:
    'Grant the service account the right Read all properties, and Read permissions, ' +
    'for the users below baseDn.',
}
