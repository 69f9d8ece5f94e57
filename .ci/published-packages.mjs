/** The guides below docs/ that travel with each published package. */
export const guidesOfPackages = /** @type {Readonly<Record<string, readonly string[]>>} */ ({
  core: ['configuration.md', 'evidence.md', 'verification.md', 'store-of-your-own.md', 'leaks.md'],
  'adapter-sql': ['sql.md'],
  'adapter-ldap': ['directories.md', 'active-directory.md', 'openldap.md', '389-ds.md'],
  http: ['http.md', 'proxies.md', 'element.md'],
})

/** What is published, in the order of their dependencies. */
export const publishedPackages = Object.keys(guidesOfPackages)
