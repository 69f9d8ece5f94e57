/** What is published, in the order of their dependencies. */
export const publishedPackages = ['core', 'adapter-sql', 'adapter-ldap', 'http']
