package check

import "pstsyncd/syncjob/pst/internal/disk"

// childList is what the NBT says is in a folder, by ascending id.
type childList struct{ folders, messages, associated []disk.NID }

func (c *checker) children() map[disk.NID]*childList {
	all := make(map[disk.NID]*childList)
	for _, e := range c.nodes {
		if e.Parent == 0 || e.Parent == e.NID {
			continue
		}
		list := all[e.Parent]
		if list == nil {
			list = &childList{}
			all[e.Parent] = list
		}
		switch e.NID.Type() {
		case disk.NIDTypeNormalFolder, disk.NIDTypeSearchFolder:
			list.folders = append(list.folders, e.NID)
		case disk.NIDTypeNormalMessage:
			list.messages = append(list.messages, e.NID)
		case disk.NIDTypeAssocMessage:
			list.associated = append(list.associated, e.NID)
		}
	}
	return all
}

// parents checks that every folder reaches the root (rule 42).
func (c *checker) parents() {
	c.ownParents()
	rooted := make(map[disk.NID]bool) // what is known of the folders on the ways walked so far
	if c.node(disk.NIDRootFolder) != nil {
		rooted[disk.NIDRootFolder] = true
	}
	for _, e := range c.nodes {
		if t := e.NID.Type(); t != disk.NIDTypeNormalFolder && t != disk.NIDTypeSearchFolder {
			continue
		}
		var way []disk.NID
		at := e.NID
		for {
			if _, seen := rooted[at]; seen {
				break
			}
			rooted[at] = false // until the way has ended well: one that leads back here has not
			way = append(way, at)
			next := c.node(at)
			if next == nil {
				break
			}
			at = next.Parent
		}
		for _, nid := range way {
			rooted[nid] = rooted[at]
		}
		if !rooted[e.NID] {
			c.errorf("folder-parent", "2.4.4.1.2", nodeName(e.NID), "its parents do not lead to the root folder")
		}
	}
}

// ownParents checks that the root is in itself, and that tables, which belong to a
// folder by their ids, are in none.
func (c *checker) ownParents() {
	for _, e := range c.nodes {
		want := disk.NID(0)
		switch e.NID.Type() {
		case disk.NIDTypeNormalFolder:
			if e.NID != disk.NIDRootFolder {
				continue
			}
			want = disk.NIDRootFolder
		case disk.NIDTypeHierarchyTable, disk.NIDTypeContentsTable, disk.NIDTypeAssocContentsTable, disk.NIDTypeSearchContentsTable:
		default:
			continue
		}
		if e.Parent != want {
			c.warnf("node-parent", "2.2.2.7.7.4.1", nodeName(e.NID), "nidParent is %v, want %v", e.Parent, want)
		}
	}
}
