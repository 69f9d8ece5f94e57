import { activeDirectory, attributeText, type Dialect } from '@force-reset/adapter-ldap'

/** People of a site with its own idea of who has left, and of who may not be reset. */
export function siteDirectory(): Dialect {
  return activeDirectory({
    extraAttributes: ['employeeType', 'extensionAttribute1'],
    status: (entry, status) =>
      attributeText(entry, 'employeeType') === 'left' ? 'suspended' : status,
    privileged: (entry) => attributeText(entry, 'extensionAttribute1') === 'board',
    searchMode: 'substring',
  })
}
