/* Taxons as nodes of a tree, loaded branch by branch and kept while the page lives. */
import { shallowReactive } from 'vue';
import { taxons, type Taxon } from '@/api/taxon';
import type { TreeNode } from '@/ui';

function nodeOf(x: Taxon): TreeNode {
  return shallowReactive<TreeNode>({ id: x.id, label: x.name, leaf: x.children === 0 });
}

const roots = shallowReactive<TreeNode[]>([]);
let asked: Promise<void> | null = null;

export async function loadBranch(node: TreeNode): Promise<TreeNode[]> {
  return (await taxons(Number(node.id))).map(nodeOf);
}

/** The stages; whoever shows the tree shares the same opened branches' data. */
export function taxonRoots(): TreeNode[] {
  asked ??= taxons(0).then(
    (all) => void roots.push(...all.map(nodeOf)),
    () => void (asked = null),
  );
  return roots;
}
