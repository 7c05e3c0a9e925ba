package ndb

import (
	"container/list"
	"sync"
)

// cache keeps the most recently used values up to a total cost. It is safe for use
// from many goroutines.
type cache[K comparable, V any] struct {
	mu    sync.Mutex
	limit int // of the cost
	cost  int
	items map[K]*list.Element
	order list.List // of *cacheItem[K, V], most recently used first
}

type cacheItem[K comparable, V any] struct {
	key  K
	val  V
	cost int
}

func newCache[K comparable, V any](limit int) *cache[K, V] {
	return &cache[K, V]{limit: limit, items: map[K]*list.Element{}}
}

func (c *cache[K, V]) get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.items[key]
	if !ok {
		var none V
		return none, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cacheItem[K, V]).val, true
}

func (c *cache[K, V]) put(key K, val V, cost int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.items[key]; ok {
		c.drop(e)
	}
	c.items[key] = c.order.PushFront(&cacheItem[K, V]{key, val, cost})
	c.cost += cost
	for c.cost > c.limit && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

func (c *cache[K, V]) drop(e *list.Element) {
	item := c.order.Remove(e).(*cacheItem[K, V])
	delete(c.items, item.key)
	c.cost -= item.cost
}

func (c *cache[K, V]) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.items)
	c.order.Init()
	c.cost = 0
}
