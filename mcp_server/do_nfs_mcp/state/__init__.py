"""What has to hold over all calls: what was ordered, asked, answered and refused. In this process, or in a store that
several servers share."""
