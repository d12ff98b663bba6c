// HubSpot's own parser reads the project as an upload would, with the example profile; only its schema check is online.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { translate } from '@hubspot/project-parsing-lib/translate';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the project', () => {
  it('is understood by the vendor’s parser, with nothing skipped and every variable filled in', async () => {
    const project = JSON.parse(readFileSync(`${root}/hsproject.json`, 'utf8'));
    const { intermediateRepresentation, skippedHsMetaFiles } = await translate(
      { projectSourceDir: `${root}/${project.srcDir}`, platformVersion: project.platformVersion, accountId: 123456 },
      { skipValidation: true, profile: 'example' },
    );
    const nodes = intermediateRepresentation.intermediateNodesIndexedByUid;
    expect(skippedHsMetaFiles ?? []).toEqual([]);
    expect(Object.keys(nodes).sort()).toEqual(
      ['attune_app', 'attune_card', 'attune_help_desk', 'attune_hold_action', 'attune_settings', 'attune_webhooks'],
    );
    expect(JSON.stringify(nodes)).not.toContain('${');
  });
});
