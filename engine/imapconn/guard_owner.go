package imapconn

// Replies belong to one reader at a time: to go-imap, or to raw.

// seize takes replies away from go-imap, once it has read the one it reads.
func (g *guard) seize() error {
	f := g.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	g.setOwner(ownedByRaw)
	for g.isBusy() {
		if f.err != nil && g.isDead() {
			return f.err
		}
		f.data.Wait()
	}
	return nil
}

// yield gives them back.
func (g *guard) yield() {
	f := g.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	f.release()
	g.setOwner(ownedByLib)
	f.data.Broadcast()
}

func (g *guard) setOwner(o owner) {
	g.mu.Lock()
	g.owner = o
	g.mu.Unlock()
}

func (g *guard) isBusy() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.busy
}

func (g *guard) isDead() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.dead
}
