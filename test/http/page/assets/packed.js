console.log('packed');
