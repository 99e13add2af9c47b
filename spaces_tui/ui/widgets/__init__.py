"""Line-based widgets: each paints spans and repaints only the cells that changed."""
