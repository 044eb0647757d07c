/** The version that `--version` and `GET /v1/about` say: the one of package.json, which a test compares. */
export const VERSION = '0.1.0';
