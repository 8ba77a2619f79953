// What the packages below secret-stack use of Node's events.

type Listener = (...args: unknown[]) => void

class EventEmitter {
  _listeners: Record<string, Listener[]> | undefined

  on(event: string, listener: Listener): this {
    this._listeners ??= {}
    this._listeners[event] = [...(this._listeners[event] ?? []), listener]
    return this
  }

  addListener(event: string, listener: Listener): this {
    return this.on(event, listener)
  }

  once(event: string, listener: Listener): this {
    const once = (...args: unknown[]) => {
      this.removeListener(event, once)
      listener.apply(this, args)
    }
    return this.on(event, once)
  }

  removeListener(event: string, listener: Listener): this {
    if (this._listeners) {
      this._listeners[event] = (this._listeners[event] ?? []).filter((other) => other !== listener)
    }
    return this
  }

  emit(event: string, ...args: unknown[]): boolean {
    const listeners = this._listeners?.[event] ?? []
    for (const listener of listeners) listener.apply(this, args)
    return listeners.length > 0
  }
}

// Some packages call it without `new`, on an object of theirs; others take it from a field.
export = Object.assign(EventEmitter, {EventEmitter})
