// SPDX-License-Identifier: MIT
// node validate_sarif.js FILE: whether FILE is SARIF 2.1.0, by the schema of its makers and a
// validator that knows nothing of this project. Says the first things wrong; status 1 then.
'use strict';
const fs = require('fs');
const path = require('path');

const modules = process.env.BP_NODE_MODULES;
const installed = (name) => require(path.join(modules, name));

const Ajv = installed('ajv');
const schema = installed('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
const ajv = new Ajv({ schemaId: 'auto', meta: false, allErrors: true });
ajv.addMetaSchema(installed('ajv/lib/refs/json-schema-draft-04.json'));
ajv._opts.defaultMeta = 'http://json-schema.org/draft-04/schema#';

const validate = ajv.compile(schema);
const log = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
if (!validate(log)) {
  for (const e of validate.errors.slice(0, 10)) console.log(`${e.dataPath || '/'}: ${e.message}`);
  process.exit(1);
}
const [run] = log.runs;
console.log(`valid: ${run.results.length} results, ${run.tool.driver.rules.length} rules, ` +
  `${run.artifacts.length} artifacts`);
