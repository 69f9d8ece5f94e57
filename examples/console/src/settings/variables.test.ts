import { expect, it } from 'vitest'
import { readSettings } from './settings.ts'
import { variables } from './variables.ts'

const said = (environment: Record<string, string>) => {
  const read = readSettings(environment)
  return read.ok
    ? { problems: [], warnings: read.warnings }
    : { problems: read.problems, warnings: [] }
}

it.each([
  ['LDAP_PRIVILEGED_GROUP', 'LDAP_PRIVILEGED_GROUPS'],
  ['LDAP_GROUPS_PRIVILEGED', 'LDAP_PRIVILEGED_GROUPS'],
  ['LDAP_PRIVILIDGED_GROUPS', 'LDAP_PRIVILEGED_GROUPS'],
  ['LDAP_PRIVILEGEDGROUPS', 'LDAP_PRIVILEGED_GROUPS'],
  ['ldap_privileged_groups', 'LDAP_PRIVILEGED_GROUPS'],
  ['LADP_PRIVILEGED_GROUPS', 'LDAP_PRIVILEGED_GROUPS'],
  ['PRIVILEGED_GROUPS', 'LDAP_PRIVILEGED_GROUPS'],
  ['CONSOLE_LDAP_PRIVILEGED_GROUPS', 'LDAP_PRIVILEGED_GROUPS'],
  ['LDAP_PRIVILEGED_ACCOUNT', 'LDAP_PRIVILEGED_ACCOUNTS'],
  ['BASE_DN', 'LDAP_BASE_DN'],
  ['LDAP_BASEDN', 'LDAP_BASE_DN'],
  ['LDAP_DN_BASE', 'LDAP_BASE_DN'],
  ['LDAP_URI', 'LDAP_URL'],
  ['LDAP_URLS', 'LDAP_URL'],
  ['OPERATOR_USER_NAME', 'OPERATOR_USERNAME'],
  ['OPERATOR_PASSWORD_FILE', 'OPERATOR_PASSWORD'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['TRUSTPROXY', 'TRUST_PROXY'],
  ['REQUIRE_REASONS', 'REQUIRE_REASON'],
  ['TEMPORARY_PASSWORD_HOUR', 'TEMPORARY_PASSWORD_HOURS'],
  ['AUDIT_DATABASES', 'AUDIT_DATABASE'],
])('%s stops the start: the console knows %s', (name, meant) => {
  const { problems } = said({ [name]: 'planted-value' })
  expect(problems).toEqual([
    expect.stringContaining(`${name} is no variable of the console. Did you mean ${meant}?`),
  ])
  expect(problems.join()).not.toContain('planted-value')
})

/** What Kubernetes and Docker make of services that are named like our prefixes. */
const ofServices = ['LDAP', 'DATABASE', 'CONSOLE', 'AUDIT', 'OPERATOR', 'TLS', 'LDAP_URL'].flatMap(
  (name) => [
    `${name}_SERVICE_HOST`,
    `${name}_SERVICE_PORT`,
    `${name}_SERVICE_PORT_LDAPS`,
    `${name}_PORT`,
    `${name}_PORT_389_TCP`,
    `${name}_PORT_389_TCP_ADDR`,
    `${name}_PORT_389_TCP_PORT`,
    `${name}_PORT_389_TCP_PROTO`,
    `${name}_NAME`,
    `${name}_ENV_LDAP_BASE_DN`,
  ],
)

it('variables of a platform are listed in one line, and never stop a start', () => {
  const environment = Object.fromEntries(ofServices.map((name) => [name, 'tcp://10.0.0.7:389']))
  const { problems, warnings } = said(environment)
  expect(problems).toEqual([])
  expect(warnings).toEqual([expect.stringMatching(/^The console does not read AUDIT_ENV_/)])
  for (const name of ofServices) expect(warnings.join()).toContain(name)
  expect(warnings.join()).not.toContain('10.0.0.7')
})

/** Of a Linux desktop, Node, npm, CI, containers, OpenLDAP's and other programs' own settings. */
const ofOthers =
  'PATH HOME USER USERNAME LOGNAME SHELL LANG LC_ALL TERM COLORTERM EDITOR PAGER PWD SHLVL ' +
  'HOSTNAME HOSTTYPE MAIL TMPDIR TZ DISPLAY SSH_AUTH_SOCK SSH_CLIENT SSH_TTY XDG_RUNTIME_DIR ' +
  'XDG_SESSION_ID XDG_DATA_DIRS DBUS_SESSION_BUS_ADDRESS GPG_AGENT_INFO NODE_ENV NODE_OPTIONS ' +
  'NODE_EXTRA_CA_CERTS NVM_DIR npm_config_cache npm_config_user_agent npm_package_name ' +
  'npm_lifecycle_event npm_command INIT_CWD CI GITHUB_TOKEN GITHUB_BASE_REF BASH_ENV HTTP_PROXY ' +
  'HTTPS_PROXY NO_PROXY http_proxy SSL_CERT_FILE SSL_CERT_DIR LDAPBASE LDAPURI LDAPBINDDN LDAPRC ' +
  'LDAPCONF LDAPTLS_CACERT LDAPTLS_CERT LDAPTLS_KEY LDAPTLS_REQCERT LDAPSASL_MECH LDAPNOINIT ' +
  'PGHOST PGPORT MYSQL_HOST MYSQL_USER REDIS_URL USER_NAME HOST_IP API_URL APP_URL BASE_URL ' +
  'DATABASE_SSL DATABASE_USER DATABASE_NAME DATABASE_PASSWORD LDAP_HOST LDAP_DOMAIN LDAP_ROOT ' +
  'LDAP_ORGANISATION LDAP_ADMIN_PASSWORD LDAP_READONLY_USER LDAP_PORT_NUMBER LDAP_ENABLE_TLS ' +
  'KUBERNETES_SERVICE_HOST KUBERNETES_PORT SECRET_KEY PRIVATE_KEY ALLOW_EMPTY_PASSWORD ' +
  'COMPOSE_PROJECT_NAME WSL_DISTRO_NAME PROCESSOR_ARCHITECTURE SYSTEMROOT APPDATA'

it('variables of other programs never stop a start', () => {
  const environment = Object.fromEntries(ofOthers.split(' ').map((name) => [name, 'x']))
  expect(said(environment).problems).toEqual([])
  // The shell of whoever runs the tests, too.
  expect(readSettings({ ...process.env, ...environment })).toMatchObject({ ok: true })
})

it('a misspelt variable without a value is left alone, as an empty one of ours is', () => {
  expect(said({ LDAP_PRIVILEGED_GROUP: '' })).toEqual({ problems: [], warnings: [] })
})

it('no variable of ours is taken for another one', () => {
  expect(new Set(variables).size).toBe(variables.length)
  for (const name of variables)
    expect(said({ [name]: '1' }).problems.join(), name).not.toContain('Did you mean')
})
