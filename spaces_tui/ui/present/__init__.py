"""What the screens say, as pure functions from the model to lines of spans."""
