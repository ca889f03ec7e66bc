/** GoogleSQL as people write it, each with all that a lexer must tell apart in it, read by hand. */
export interface Specimen {
  readonly what: string;
  readonly sql: string;
  readonly strings?: readonly string[];
  readonly comments?: readonly string[];
  /** Names in backticks. */
  readonly quoted?: readonly string[];
  /** Ids of what is wrong with it, offline. */
  readonly found?: readonly string[];
}

const B = '`';

export const corpus: readonly Specimen[] = [
  { what: 'the shortest', sql: 'SELECT 1 AS id' },
  {
    what: 'a table in full',
    sql: `SELECT * FROM ${B}acme-analytics.shop.users${B}`,
    quoted: [`${B}acme-analytics.shop.users${B}`],
  },
  {
    what: 'quoted part by part, as dbt does',
    sql: `select id from ${B}a-b${B}.${B}shop${B}.${B}users${B}`,
    quoted: [`${B}a-b${B}`, `${B}shop${B}`, `${B}users${B}`],
  },
  {
    what: 'a name with a space',
    sql: `SELECT * FROM ${B}p.d.Active Users${B};\n\n`,
    quoted: [`${B}p.d.Active Users${B}`],
    found: ['final-semicolon'],
  },
  { what: 'a project with hyphens and digits, unquoted', sql: 'SELECT id FROM my-project-123.shop.users' },
  {
    what: 'two common table expressions',
    sql: 'WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a)\nSELECT * FROM b',
  },
  {
    what: 'a recursive one',
    sql: 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n',
  },
  { what: 'a comment at the beginning', sql: '-- active users\nSELECT 1 AS id', comments: ['-- active users'] },
  { what: 'a comment with a number sign', sql: '# legacy\nSELECT 1 AS id', comments: ['# legacy'] },
  {
    what: 'a block comment with a semicolon in it',
    sql: 'SELECT /* not; here */ 1 AS id',
    comments: ['/* not; here */'],
  },
  {
    what: 'a block comment over lines, with quotes',
    sql: 'SELECT 1 /* it\'s\n"open */ AS id',
    comments: ['/* it\'s\n"open */'],
  },
  { what: 'block comments do not nest', sql: 'SELECT 1 /* a /* b */ AS id', comments: ['/* a /* b */'] },
  { what: 'an empty block comment', sql: 'SELECT 1 /**/ AS id', comments: ['/**/'] },
  { what: 'two hyphens in a string', sql: "SELECT '-- no comment' AS id", strings: ["'-- no comment'"] },
  { what: 'a number sign in a string', sql: 'SELECT "#1; @x ?" AS id', strings: ['"#1; @x ?"'] },
  {
    what: 'a quote that is escaped',
    sql: String.raw`SELECT 'it\'s; fine' AS id`,
    strings: [String.raw`'it\'s; fine'`],
  },
  {
    what: 'a backslash before the end',
    sql: String.raw`SELECT 'c:\\' AS id, ';' AS s`,
    strings: [String.raw`'c:\\'`, "';'"],
  },
  { what: 'an empty string', sql: 'SELECT \'\' AS id, "" AS e', strings: ["''", '""'] },
  {
    what: 'a string with three quotes over lines',
    sql: "SELECT '''a;\n'b' -- c\n''' AS id",
    strings: ["'''a;\n'b' -- c\n'''"],
  },
  {
    what: 'three double quotes with single ones within',
    sql: 'SELECT """say ""hi"" ; """ AS id',
    strings: ['"""say ""hi"" ; """'],
  },
  { what: 'an empty string with three quotes', sql: "SELECT '''''' AS id", strings: ["''''''"] },
  {
    what: 'a raw string',
    sql: String.raw`SELECT REGEXP_EXTRACT(u, r'^https?://([^/]+)\d;') AS host FROM shop.t`,
    strings: [String.raw`r'^https?://([^/]+)\d;'`],
  },
  {
    what: 'a raw string with a quote after a backslash',
    sql: String.raw`SELECT r'a\'b' AS id`,
    strings: [String.raw`r'a\'b'`],
  },
  { what: 'a raw string in capitals with three quotes', sql: 'SELECT R"""x"y\nz""" AS id', strings: ['R"""x"y\nz"""'] },
  { what: 'bytes', sql: String.raw`SELECT b'\x00;' AS id, B"x" AS y`, strings: [String.raw`b'\x00;'`, 'B"x"'] },
  {
    what: 'raw bytes, either way round',
    sql: `SELECT rb'a\\' || br"b", bR'''c''' AS id`,
    strings: [`rb'a\\' || br"b", bR'`, "''", "''' AS id"],
    found: ['unclosed'],
  },
  {
    what: 'raw bytes that end',
    sql: `SELECT rb'a' || br"b" || bR'''c''' AS id`,
    strings: ["rb'a'", 'br"b"', "bR'''c'''"],
  },
  {
    what: 'a word that ends in r before a string',
    sql: "SELECT CAST(x AS STRING FORMAT 'YYYY') AS id FROM shop.t",
    strings: ["'YYYY'"],
  },
  {
    what: 'a typed literal',
    sql: 'SELECT DATE \'2026-01-01\' AS d, TIMESTAMP "2026-01-01 00:00:00+00" AS t',
    strings: ["'2026-01-01'", '"2026-01-01 00:00:00+00"'],
  },
  { what: 'JSON in a literal', sql: `SELECT JSON '{"a": [1, "b;"]}' AS j`, strings: [`'{"a": [1, "b;"]}'`] },
  {
    what: 'UNNEST with an offset',
    sql: 'SELECT u.id, t AS tag, o FROM shop.users AS u, UNNEST(u.tags) AS t WITH OFFSET AS o',
  },
  { what: 'an array and a struct', sql: "SELECT [1, 2, 3] AS a, STRUCT('x' AS y, 2 AS z) AS s", strings: ["'x'"] },
  { what: 'a typed array', sql: 'SELECT ARRAY<STRUCT<a INT64, b STRING>>[(1, "x")] AS a', strings: ['"x"'] },
  { what: 'indexes', sql: 'SELECT tags[OFFSET(0)] AS a, tags[SAFE_ORDINAL(1)] AS b FROM shop.users' },
  {
    what: 'QUALIFY',
    sql: 'SELECT * FROM shop.users QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY seen DESC) = 1',
  },
  {
    what: 'a window with a name',
    sql: 'SELECT SUM(x) OVER w AS s FROM shop.t WINDOW w AS (PARTITION BY id ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)',
  },
  {
    what: 'PIVOT',
    sql: "SELECT * FROM (SELECT q, sales FROM shop.sales) PIVOT(SUM(sales) FOR q IN ('Q1' AS a, 'Q2' AS b))",
    strings: ["'Q1'", "'Q2'"],
  },
  { what: 'UNPIVOT', sql: 'SELECT * FROM shop.sales UNPIVOT(amount FOR q IN (q1, q2))' },
  {
    what: 'EXCEPT and REPLACE',
    sql: 'SELECT * EXCEPT (secret, `odd name`) REPLACE (LOWER(email) AS email) FROM shop.users',
    quoted: ['`odd name`'],
  },
  {
    what: 'pipes',
    sql: "FROM shop.users\n|> WHERE plan = 'paid'\n|> EXTEND LOWER(email) AS mail\n|> AGGREGATE COUNT(*) AS n GROUP BY mail\n|> ORDER BY n DESC\n|> LIMIT 10",
    strings: ["'paid'"],
  },
  {
    what: 'pipes with a limit and no order',
    sql: 'FROM shop.users |> SELECT id |> LIMIT 10',
    found: ['unstable-rows'],
  },
  {
    what: 'a wildcard table',
    sql: "SELECT event_name FROM `p.analytics.events_*` WHERE _TABLE_SUFFIX BETWEEN '20260101' AND '20260131'",
    quoted: ['`p.analytics.events_*`'],
    strings: ["'20260101'", "'20260131'"],
  },
  {
    what: 'event parameters of Google Analytics',
    sql: "SELECT user_pseudo_id AS id, (SELECT value.string_value FROM UNNEST(event_params) WHERE key = 'page') AS page FROM `p.a.events_1`",
    quoted: ['`p.a.events_1`'],
    strings: ["'page'"],
  },
  {
    what: 'now in WHERE',
    sql: 'SELECT id FROM shop.users WHERE seen > TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 30 DAY)',
  },
  {
    what: 'now in what is returned',
    sql: 'SELECT id, CURRENT_DATE() AS today FROM shop.users',
    found: ['unstable-column'],
  },
  {
    what: 'now without brackets',
    sql: 'SELECT id, DATE_DIFF(CURRENT_DATE, born, YEAR) AS age FROM shop.users',
    found: ['unstable-column'],
  },
  {
    what: 'a column that is called like it',
    sql: 'SELECT u.rand, `current_date` FROM shop.users AS u',
    quoted: ['`current_date`'],
  },
  {
    what: 'a random identifier',
    sql: 'SELECT GENERATE_UUID() AS id, MD5(CAST(RAND() AS STRING)) AS h FROM shop.users',
    found: ['unstable-column', 'unstable-column'],
  },
  {
    what: 'a random order, cut off',
    sql: 'SELECT id FROM shop.users ORDER BY RAND() LIMIT 100',
    found: ['unstable-rows'],
  },
  { what: 'a limit without order', sql: 'SELECT id FROM shop.users LIMIT 10', found: ['unstable-rows'] },
  { what: 'a limit with order', sql: 'SELECT id FROM shop.users ORDER BY id LIMIT 10 OFFSET 5' },
  {
    what: 'an order within, a limit without',
    sql: 'SELECT * FROM (SELECT id FROM shop.users ORDER BY id) LIMIT 5',
    found: ['unstable-rows'],
  },
  {
    what: 'an aggregate that is cut off in order',
    sql: 'SELECT id, ARRAY_AGG(x ORDER BY day LIMIT 1)[OFFSET(0)] AS x FROM shop.t GROUP BY id',
  },
  {
    what: 'IS DISTINCT FROM before now',
    sql: 'SELECT id FROM shop.t WHERE a IS NOT DISTINCT FROM b AND day = CURRENT_DATE()',
  },
  {
    what: 'EXTRACT in WHERE',
    sql: 'SELECT id FROM shop.t WHERE EXTRACT(YEAR FROM day) = EXTRACT(YEAR FROM CURRENT_DATE())',
  },
  {
    what: 'now in the condition of a join',
    sql: 'SELECT a.id FROM shop.a JOIN shop.b ON a.id = b.id AND CURRENT_DATE() BETWEEN b.since AND b.until',
  },
  {
    what: 'time travel',
    sql: 'SELECT id FROM shop.t FOR SYSTEM_TIME AS OF TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 HOUR)',
  },
  {
    what: 'a range of days',
    sql: "SELECT day FROM UNNEST(GENERATE_DATE_ARRAY('2026-01-01', CURRENT_DATE())) AS day",
    strings: ["'2026-01-01'"],
  },
  { what: 'a sample', sql: 'SELECT id FROM shop.t TABLESAMPLE SYSTEM (10 PERCENT)', found: ['unstable-rows'] },
  { what: 'a named parameter', sql: 'SELECT id FROM shop.t WHERE day = @run_date', found: ['parameters'] },
  {
    what: 'a parameter without a name',
    sql: 'SELECT id FROM shop.t WHERE day = ? AND x = ?',
    found: ['parameters', 'parameters'],
  },
  { what: 'a variable of the system', sql: 'SELECT @@project_id AS id' },
  {
    what: 'a mail address in a string',
    sql: "SELECT id FROM shop.t WHERE mail LIKE '%@acme.example'",
    strings: ["'%@acme.example'"],
  },
  { what: 'two statements', sql: 'SELECT 1 AS id; SELECT 2 AS id', found: ['statements'] },
  {
    what: 'a comment after the semicolon',
    sql: 'SELECT 1 AS id; -- done\n',
    comments: ['-- done'],
    found: ['statements'],
  },
  { what: 'a script', sql: 'DECLARE x INT64 DEFAULT 1;\nBEGIN\n  SELECT x;\nEND;', found: ['statements'] },
  {
    what: 'a comment at the end',
    sql: 'SELECT 1 AS id\n-- the end',
    comments: ['-- the end'],
    found: ['comment-at-end'],
  },
  { what: 'a block comment at the end', sql: 'SELECT 1 AS id\n/* the end */', comments: ['/* the end */'] },
  {
    what: 'a string without its end',
    sql: "SELECT 'abc AS id\nFROM shop.t",
    strings: ["'abc AS id\nFROM shop.t"],
    found: ['unclosed'],
  },
  { what: 'a comment without its end', sql: 'SELECT 1 AS id /* wait', comments: ['/* wait'], found: ['unclosed'] },
  { what: 'a comment that only seems to end', sql: 'SELECT 1 AS id /*/', comments: ['/*/'], found: ['unclosed'] },
  {
    what: 'a name without its end',
    sql: 'SELECT id FROM `shop.t\nWHERE TRUE',
    quoted: ['`shop.t\nWHERE TRUE'],
    found: ['unclosed'],
  },
  {
    what: 'a bracket too many, which would leave the wrapper',
    sql: 'SELECT 1 AS id) SELECT * FROM (SELECT 2',
    found: ['unclosed'],
  },
  { what: 'a bracket too few', sql: 'SELECT COUNT(* AS n FROM shop.t', found: ['unclosed'] },
  { what: 'brackets of two kinds, crossed', sql: 'SELECT [(1] ) AS a', found: ['unclosed'] },
  { what: 'a bracket in a string', sql: "SELECT ')' AS id", strings: ["')'"] },
  {
    what: 'letters of other alphabets',
    sql: "SELECT naïve AS größe, 'Größe; ß' AS x FROM shop.t",
    strings: ["'Größe; ß'"],
  },
  { what: 'numbers of every kind', sql: 'SELECT 1.5e-3 AS a, .5 AS b, 0xFF AS c, 10. AS d, 1e10 AS e' },
  {
    what: 'operators',
    sql: 'SELECT a || b AS c, x <> y AS d, x != y AS e, x << 2 AS f, ~x AS g, -x--1\n AS h FROM shop.t',
    comments: ['--1'],
  },
  {
    what: 'lambda and named arguments',
    sql: "SELECT ARRAY_FILTER(tags, e -> e = 'a') AS a, SEARCH(x, 'y', analyzer => 'LOG_ANALYZER') AS b FROM shop.t",
    strings: ["'a'", "'y'", "'LOG_ANALYZER'"],
  },
  {
    what: 'a table function, and a model',
    sql: "SELECT * FROM ML.PREDICT(MODEL shop.churn, (SELECT * FROM shop.users)), shop.recent('2026-01-01')",
    strings: ["'2026-01-01'"],
  },
  { what: 'only a comment', sql: '-- nothing yet\n', comments: ['-- nothing yet'], found: ['file'] },
  { what: 'nothing', sql: '  \n', found: ['file'] },
];
